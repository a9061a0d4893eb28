package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Call;
import io.backtestkit.laboratory.disk.Watcher;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets the call with that number, counted from 1, fail in one way, once. */
final class FaultyCall implements Watcher {

    private final int number;
    private final Failure failure;
    private final Thread caller;
    private int calls;
    private @Nullable Call failed;
    private boolean over;

    FaultyCall(int number, Failure failure, Thread caller) {
        this.number = number;
        this.failure = failure;
        this.caller = caller;
    }

    /** Lets no call fail any more. */
    synchronized void heal() {
        over = true;
    }

    /** Returns the call that failed; empty if there were fewer calls, or this one cannot fail in that way. */
    synchronized Optional<Call> failed() {
        return Optional.ofNullable(failed);
    }

    /** Says whether there were that many calls. */
    synchronized boolean reached() {
        return calls >= number;
    }

    @Override
    public synchronized void before(Call call) throws IOException {
        if (over) {
            return;
        }
        calls++;
        if (calls != number || !failure.fits(call)) {
            return;
        }
        failed = call;
        if (failure == Failure.INTERRUPT) {
            caller.interrupt();
        } else if (failure != Failure.EIO_AFTERWARDS) {
            throwError(call);
        }
    }

    @Override
    public synchronized void after(Call call) throws IOException {
        if (call.equals(failed) && failure == Failure.EIO_AFTERWARDS && !over) {
            over = true;
            throwError(call);
        }
    }

    @Override
    public synchronized int atMost(Call call, int bytes) {
        return call.equals(failed) && calls == number && failure == Failure.SHORT_WRITE ? bytes / 3 : bytes;
    }

    private void throwError(Call call) throws IOException {
        Optional<IOException> error = failure.error(call);
        if (error.isPresent()) {
            throw error.get();
        }
    }
}
