package io.backtestkit.laboratory.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real file system in a file of this machine, of which the power can be cut. */
final class LoopDisk implements Closeable {

    /** xfs makes no smaller ones. */
    private static final long BYTES = 320L << 20;

    /** The shutdown call that both file systems have: from now on nothing reaches the device, not even the journal. */
    private static final String SHUTDOWN =
            "my $how = pack('L', 2); open(my $f, '<', $ARGV[0]) or die $!; ioctl($f, 0x8004587d, $how) or die $!";

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

    private void unmount() throws IOException {
        run("umount", folder.toString());
        mounted = false;
    }

    /** Cuts the power: what has not reached the device is lost, and every call fails. */
    void cutPower() throws IOException {
        run("perl", "-e", SHUTDOWN, folder.toString());
    }

    /** Lets the file system recover, as after a restart of the machine. */
    void mountAgain() throws IOException {
        unmount();
        mount();
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("Cannot run " + List.of(command) + ": " + output.strip()
                        + " Run as root on Linux, with the programs of e2fsprogs and xfsprogs.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while running " + List.of(command), e);
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
