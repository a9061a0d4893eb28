package io.backtestkit.laboratory.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real file system in a file of this machine, of which the power can be cut. */
final class LoopDisk implements Closeable {

    /** xfs makes no smaller ones. */
    private static final long BYTES = 320L << 20;

    /** The shutdown call that both file systems have: from now on nothing reaches the device, not even the journal. */
    private static final String SHUTDOWN =
            "my $how = pack('L', 2); open(my $f, '<', $ARGV[0]) or die $!; $| = 1; print qq{ready\\n}; <STDIN>;"
                    + " ioctl($f, 0x8004587d, $how) or die $!";

    private final Path work;
    private final Path image;
    private final Path folder;
    private boolean mounted;

    private LoopDisk(Path work) {
        this.work = work;
        image = work.resolve("image");
        folder = work.resolve("mounted");
    }

    /** Makes a file system of that type and mounts it. */
    static LoopDisk make(String type) throws IOException {
        LoopDisk disk = new LoopDisk(Files.createTempDirectory("backtest-kit-lab"));
        try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
            file.setLength(BYTES);
        }
        Files.createDirectory(disk.folder);
        run("mkfs." + type, "-q", disk.image.toString());
        disk.mount();
        return disk;
    }

    /** Returns where it is mounted. */
    Path folder() {
        return folder;
    }

    private void mount() throws IOException {
        run("mount", "-o", "loop", image.toString(), folder.toString());
        mounted = true;
    }

    /** A store that is being closed may keep it busy for a moment. */
    private void unmount() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                run("umount", folder.toString());
                mounted = false;
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end || !String.valueOf(e.getMessage()).contains("busy")) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    /**
     * Cuts the power: what has not reached the device is lost, and every call fails.
     *
     * @param before is run right before: what a call returned until then was returned before the cut
     */
    void cutPower(Runnable before) throws IOException {
        Process process = new ProcessBuilder("perl", "-e", SHUTDOWN, folder.toString())
                .redirectErrorStream(true)
                .start();
        if (!"ready".equals(process.inputReader().readLine())) {
            throw new IOException("Cannot cut the power: Perl could not open " + folder + ".");
        }
        before.run();
        process.outputWriter().write("\n");
        process.outputWriter().flush();
        awaitGoodEnd(process, List.of("perl", "shutdown"));
    }

    /** Lets the file system recover, as after a restart of the machine. */
    void mountAgain() throws IOException {
        unmount();
        mount();
    }

    private static void run(String... command) throws IOException {
        awaitGoodEnd(new ProcessBuilder(command).redirectErrorStream(true).start(), List.of(command));
    }

    private static void awaitGoodEnd(Process process, List<String> command) throws IOException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("Cannot run " + command + ": " + output.strip()
                        + " Run as root on Linux, with the programs of e2fsprogs and xfsprogs.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while running " + command, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (mounted) {
            unmount();
        }
        Files.deleteIfExists(image);
        Files.deleteIfExists(folder);
        Files.deleteIfExists(work);
    }
}
