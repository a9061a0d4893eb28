package io.backtestkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one thread of one process of this machine does at a time, until it ends it. Whoever has a turn takes no other one.
 *
 * <p>Two processes that unpack the same program, or clear the same folder away, would disturb each other.
 */
public final class Turn {

    /** A file can be locked once by each process. */
    private static final ReentrantLock HERE = new ReentrantLock();

    private final FileChannel file;

    private Turn(Path file) throws IOException {
        this.file = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.file.lock();
    }

    /** Waits for the turn that belongs to that file. The file stays. */
    public static Turn at(Path file) {
        HERE.lock();
        try {
            return new Turn(file);
        } catch (IOException e) {
            HERE.unlock();
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the next one in. */
    public void end() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HERE.unlock();
        }
    }
}
