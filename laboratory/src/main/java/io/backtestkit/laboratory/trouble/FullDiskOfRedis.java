package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.servers.RedisServer;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real Redis on a disk that becomes full. Needs to mount. */
final class FullDiskOfRedis {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final String SMALL_WRITE = "SET filler x";
    private static final int MOST_WRITES = 10_000;
    private static final long LONGEST_RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final SmallDisk disk = new SmallDisk("size=4m");
    private final RedisServer server;

    private FullDiskOfRedis(String fsync) {
        server = new RedisServer("--dir", disk.folder().toString(), "--appendfsync", fsync);
    }

    /**
     * A server that forces each change to the disk ends itself when it cannot: started again it reads, until the next change
     * ends it.
     */
    static Trouble always() {
        FullDiskOfRedis full = new FullDiskOfRedis("always");
        return full.trouble(
                "",
                Nature.unreadable(StoreUnavailableException.class, ""),
                () -> {
                    full.fillUp("");
                    full.server.start();
                },
                () -> {
                    full.disk.empty();
                    full.server.kill(); // it may not have had a change to end at
                    full.server.start();
                });
    }

    /** A server that forces once in a second goes on and refuses every change, until it could write what it had taken. */
    static Trouble everySecond() {
        FullDiskOfRedis full = new FullDiskOfRedis("everysec");
        return full.trouble(
                "&acceptLossWindow=1s",
                Nature.readable(StoreRefusedException.class),
                () -> full.fillUp("-MISCONF"),
                () -> {
                    full.disk.empty();
                    full.awaitWriting();
                });
    }

    private Trouble trouble(String options, Nature nature, Runnable begin, Runnable end) {
        String location = server.through(server.port(), server.newPlace(), TIMEOUT) + options;
        return new Trouble(Place.at(location), nature, begin, end, this::close);
    }

    /** Another client writes until there is no answer, or one that begins so. */
    private void fillUp(String wanted) {
        disk.fill();
        String answer = "+OK";
        for (int i = 0; answer.equals("+OK"); i++) {
            if (i > MOST_WRITES) {
                throw new IllegalStateException("Cannot make trouble: the server writes though its disk is full.");
            }
            answer = server.tell(SMALL_WRITE);
        }
        if (wanted.isEmpty() ? !answer.isEmpty() : !answer.startsWith(wanted)) {
            throw new IllegalStateException("Cannot make trouble: redis-server answered '" + answer + "'.");
        }
    }

    private void awaitWriting() {
        long end = System.nanoTime() + LONGEST_RECOVERY_NANOS;
        while (!server.tell(SMALL_WRITE).equals("+OK")) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Cannot end a trouble: redis-server still refuses to write.");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void close() {
        server.close();
        disk.remove();
    }
}
