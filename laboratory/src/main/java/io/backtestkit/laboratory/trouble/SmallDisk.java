package io.backtestkit.laboratory.trouble;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A small file system in memory, mounted for this process alone, that can be filled up and emptied. */
final class SmallDisk {

    private final Path folder;
    private final List<Path> fillers = new ArrayList<>();

    /** Mounts one; the options are those of {@code tmpfs}. */
    SmallDisk(String options) {
        try {
            folder = Files.createTempDirectory("backtest-kit-mounted");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("mount", "-t", "tmpfs", "-o", "mode=700," + options, "tmpfs", folder.toString());
    }

    /** Returns where it is mounted. */
    Path folder() {
        return folder;
    }

    /** Leaves no page free. The last page of a file may still have room. */
    void fill() {
        fillBut(0);
    }

    /** Leaves so many bytes free. */
    void fillBut(long free) {
        Path filler = newFiller();
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException e) {
            requireFull(e);
        }
        try (FileChannel file = FileChannel.open(filler, StandardOpenOption.WRITE)) {
            file.truncate(Math.max(0, file.size() - free));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes files until there can be no more. */
    void useInodes() {
        try {
            while (true) {
                Files.createFile(newFiller());
            }
        } catch (IOException e) {
            requireFull(e);
        }
    }

    private Path newFiller() {
        Path filler = folder.resolve("filler-" + fillers.size());
        fillers.add(filler);
        return filler;
    }

    private static void requireFull(IOException found) {
        if (!String.valueOf(found.getMessage()).contains("No space left")) {
            throw new UncheckedIOException(found);
        }
    }

    /** Removes what filled it. */
    void empty() {
        try {
            for (Path filler : fillers) {
                Files.deleteIfExists(filler);
            }
            fillers.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Mounts it over itself without the right to write, since a file system with a file open for writing stays writable.
     */
    void forbidWriting() {
        run("mount", "--bind", folder.toString(), folder.toString());
        run("mount", "-o", "remount,bind,ro", folder.toString());
    }

    void allowWriting() {
        run("umount", "-l", folder.toString());
    }

    /** Takes it away, with what is on it. */
    void remove() {
        try {
            run("umount", "-l", folder.toString());
            Files.delete(folder);
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
