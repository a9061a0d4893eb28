package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The way of any thread to the files of a store: onto the store's thread, unless the store is closed. */
final class StoreAccess {

    /** Work on files that returns something. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws FileFault, IOException;
    }

    /** Work on files. */
    @FunctionalInterface
    interface Act {
        void run() throws FileFault, IOException;
    }

    private final DataFolder folder;
    private final StoreThread thread;
    private final AtomicBoolean closed = new AtomicBoolean();

    StoreAccess(DataFolder folder, StoreThread thread) {
        this.folder = folder;
        this.thread = thread;
    }

    /** Does work on one slot. */
    <T> T call(String act, SignalKey key, Work<T> work) {
        return thread.call(() -> {
            try {
                return unlessClosed(work);
            } catch (FileFault e) {
                throw e.whileDoing(act, key, folder.store());
            }
        });
    }

    /** Does work on the whole store. */
    <T> T call(String act, Work<T> work) {
        return thread.call(() -> {
            try {
                return unlessClosed(work);
            } catch (FileFault e) {
                throw e.whileDoing(act, folder.store());
            }
        });
    }

    private <T> T unlessClosed(Work<T> work) throws FileFault {
        if (closed.get()) {
            throw FileFault.refused("the store was closed", "Open it again.");
        }
        try {
            return work.run();
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, folder.base());
        }
    }

    /** Does work on one slot that returns nothing. */
    void run(String act, SignalKey key, Act work) {
        call(act, key, () -> {
            work.run();
            return true;
        });
    }

    /** Does that last work after all other, and refuses all later. A second call does nothing. */
    void close(Runnable work) {
        if (closed.compareAndSet(false, true)) {
            thread.call(() -> {
                work.run();
                return true;
            });
            thread.retire();
        }
    }
}
