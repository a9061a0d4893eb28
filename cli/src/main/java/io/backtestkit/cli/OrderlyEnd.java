package io.backtestkit.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that the process is told to end (Ctrl-C, SIGTERM) come to its end first. The process ends as soon as its
 * shutdown hooks have returned; so they return when everything is told, which is when this is closed.
 */
final class OrderlyEnd implements AutoCloseable {

    private static final long LONGEST_WARNING_MILLIS = 1000;

    private final Terminal terminal;
    private final CountDownLatch told = new CountDownLatch(1);
    private final List<Thread> hooks = new ArrayList<>();

    OrderlyEnd(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Has the command stopped when the process is told to end.
     *
     * @param stop asks the command to come to its end, and returns at once
     * @param longestSeconds how long the process waits for that
     * @param late what is said if it takes longer
     */
    void onSignal(Runnable stop, long longestSeconds, String late) {
        Thread hook = new Thread(() -> obey(stop, longestSeconds, late), "stop");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            throw CommandFailure.runFailed("Cannot begin: the process was told to end. Nothing was run.", e);
        }
        hooks.add(hook);
    }

    /** Runs in the shutdown of the process: the process ends when this returns. */
    void obey(Runnable stop, long longestSeconds, String late) {
        try {
            stop.run();
        } finally {
            await(longestSeconds, late);
        }
    }

    private void await(long longestSeconds, String late) {
        try {
            if (!told.await(longestSeconds, TimeUnit.SECONDS)) {
                warn(late);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Warns beside: where nobody reads what is told, the process ends all the same. */
    private void warn(String late) throws InterruptedException {
        Thread warning = new Thread(() -> terminal.warn(late), "late");
        warning.setDaemon(true);
        warning.start();
        warning.join(LONGEST_WARNING_MILLIS);
    }

    /** Says whether everything is told. */
    boolean isOver() {
        return told.getCount() == 0;
    }

    @Override
    public void close() {
        told.countDown();
        hooks.forEach(ShutdownHooks::remove);
    }
}
