package io.backtestkit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The disk of this machine, with failures where a test wants them; tells every step that may fail. */
final class FaultyDisk implements Disk {

    /** The steps so far, for example {@code write BTCUSDT.json.tmp}; unique parts of names are left out. */
    final List<String> steps = new ArrayList<>();

    private final Disk disk = new LocalDisk();
    private Predicate<String> failing = step -> false;
    private String message = "";

    /** Makes every step fail that fits, with that message, until {@link #heal}. */
    void fail(String message, Predicate<String> failing) {
        this.message = message;
        this.failing = failing;
    }

    void heal() {
        failing = step -> false;
    }

    /** Makes only the step with that number fail, counted from now, from 0. */
    void failStep(int number, String message) {
        int target = steps.size() + number;
        fail(message, step -> steps.size() - 1 == target);
    }

    private void step(String act, Path path) throws IOException {
        String name = FileNames.nameOf(path).replaceAll("\\.[0-9a-f-]{36}\\.tmp", ".tmp");
        steps.add(act + " " + name);
        if (failing.test(act + " " + name)) {
            throw new IOException(message);
        }
    }

    private final class Watched implements Handle {
        private final Handle handle;
        private final Path path;

        Watched(Handle handle, Path path) {
            this.handle = handle;
            this.path = path;
        }

        /** A failing write leaves half of its bytes behind. */
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            try {
                step("write", path);
            } catch (IOException e) {
                handle.write(bytes.slice(bytes.position(), bytes.remaining() / 2));
                throw e;
            }
            handle.write(bytes);
        }

        @Override
        public void force() throws IOException {
            step("force", path);
            handle.force();
        }

        @Override
        public void close() throws IOException {
            handle.close();
        }
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return disk.read(file);
    }

    @Override
    public Handle create(Path file) throws IOException {
        step("create", file);
        return new Watched(disk.create(file), file);
    }

    @Override
    public Handle append(Path file) throws IOException {
        step("append", file);
        return new Watched(disk.append(file), file);
    }

    @Override
    public Handle folder(Path folder) throws IOException {
        step("folder", folder);
        return new Watched(disk.folder(folder), folder);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        step("createFolder", folder);
        disk.createFolder(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step("move", to);
        disk.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        step("delete", path);
        disk.delete(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        return disk.list(folder);
    }
}
