package io.backtestkit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The disk of this machine; somebody is told of every step that may fail, before it is done, and may make it fail. */
final class WatchedDisk implements Disk {

    /** Who is told, for example {@code write BTCUSDT.json.tmp}; unique parts of names are left out. */
    interface Watcher {
        void before(String step) throws IOException;

        /** Returns how many of that many bytes a failing write leaves behind. */
        default int left(int bytes) {
            return bytes / 2;
        }

        /** Returns which type of file system is found where that one is. */
        default String type(String real) {
            return real;
        }
    }

    private final Disk disk = new LocalDisk();
    private final Watcher watcher;

    WatchedDisk(Watcher watcher) {
        this.watcher = watcher;
    }

    private void step(String act, Path path) throws IOException {
        watcher.before(act + " " + FileNames.nameOf(path).replaceAll("\\.[0-9a-f-]{36}\\.tmp", ".tmp"));
    }

    private final class Watched implements Handle {
        private final Handle handle;
        private final Path path;

        Watched(Handle handle, Path path) {
            this.handle = handle;
            this.path = path;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            try {
                step("write", path);
            } catch (IOException e) {
                handle.write(bytes.slice(bytes.position(), watcher.left(bytes.remaining())));
                throw e;
            }
            handle.write(bytes);
        }

        @Override
        public long length() throws IOException {
            return handle.length();
        }

        @Override
        public void cut(long length) throws IOException {
            step("cut", path);
            handle.cut(length);
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
        step("list", folder);
        return disk.list(folder);
    }

    @Override
    public String type(Path path) throws IOException {
        return watcher.type(disk.type(path));
    }
}
