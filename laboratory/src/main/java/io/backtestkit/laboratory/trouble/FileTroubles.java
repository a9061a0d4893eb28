package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.disk.Call;
import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.laboratory.disk.Watcher;
import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.file.FileSignalStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Troubles of the file store, most of them of a real file system: a small one in memory, mounted for this process alone. */
final class FileTroubles {

    private static final long SLOW_CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SLOW_FORCE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private final Path mounted;
    private final Path data;
    private final List<Path> fillers = new ArrayList<>();

    private FileTroubles(String size) {
        try {
            mounted = Files.createTempDirectory("backtest-kit-mounted");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("mount", "-t", "tmpfs", "-o", "mode=700," + size, "tmpfs", mounted.toString());
        data = mounted.resolve("data");
    }

    /** Every call to the file system takes its time; nothing fails. */
    static Trouble slowDisk() {
        Volume volume = new Volume(new Image(new TreeMap<>()));
        Path folder = volume.path("/data");
        return new Trouble(
                new Place(() -> FileSignalStore.open(folder), () -> FileSignalStore.openReadOnly(volume.path("/data"))),
                new Nature(Optional.empty(), true, ""),
                () -> volume.watch(new Watcher() {
                    @Override
                    public void before(Call call) {
                        LockSupport.parkNanos(call.kind() == Call.Kind.FORCE ? SLOW_FORCE_NANOS : SLOW_CALL_NANOS);
                    }
                }),
                () -> volume.watch(new Watcher() {}),
                () -> {});
    }

    /** Needs to mount; so do the others below. */
    static Trouble fullDisk() {
        FileTroubles troubles = new FileTroubles("size=1m");
        return troubles.trouble(troubles::fill, troubles::empty);
    }

    static Trouble noInodes() {
        FileTroubles troubles = new FileTroubles("size=8m,nr_inodes=100");
        return troubles.trouble(troubles::useInodes, troubles::empty);
    }

    /** Mounted over itself without the right to write, since a file system with a file open for writing stays writable. */
    static Trouble readOnly() {
        FileTroubles troubles = new FileTroubles("size=1m");
        String place = troubles.mounted.toString();
        return troubles.trouble(
                () -> {
                    run("mount", "--bind", place, place);
                    run("mount", "-o", "remount,bind,ro", place);
                },
                () -> run("umount", "-l", place));
    }

    private Trouble trouble(Runnable begin, Runnable end) {
        return new Trouble(
                Place.at("file:" + data), Nature.readable(StoreRefusedException.class), begin, end, this::remove);
    }

    private void fill() {
        Path filler = mounted.resolve("filler");
        fillers.add(filler);
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            requireFull(e);
        }
    }

    private void useInodes() {
        try {
            while (true) {
                Path filler = mounted.resolve("filler-" + fillers.size());
                Files.createFile(filler);
                fillers.add(filler);
            }
        } catch (IOException e) {
            requireFull(e);
        }
    }

    private static void requireFull(IOException found) {
        if (!String.valueOf(found.getMessage()).contains("No space left")) {
            throw new UncheckedIOException(found);
        }
    }

    private void empty() {
        try {
            for (Path filler : fillers) {
                Files.delete(filler);
            }
            fillers.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remove() {
        try {
            run("umount", "-l", mounted.toString());
            Files.delete(mounted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("Cannot run " + List.of(command) + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
