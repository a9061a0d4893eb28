package io.backtestkit.store;

import org.jspecify.annotations.Nullable;

/** The store could not be reached or did not answer in time. The same call may succeed later. */
public final class StoreUnavailableException extends SignalStoreException {

    private static final long serialVersionUID = 1L;

    private final boolean mayHaveHappened;

    private StoreUnavailableException(StoreFailure failure, boolean mayHaveHappened, @Nullable Throwable cause) {
        super(failure, cause);
        this.mayHaveHappened = mayHaveHappened;
    }

    /** The request never reached the store: nothing was changed. */
    public static StoreUnavailableException notSent(StoreFailure failure, @Nullable Throwable cause) {
        return new StoreUnavailableException(failure, false, cause);
    }

    /** The request was sent and no answer came: it may have been carried out. Only reading back can tell. */
    public static StoreUnavailableException unknown(StoreFailure failure, @Nullable Throwable cause) {
        return new StoreUnavailableException(failure, true, cause);
    }

    /** Says whether the change that was asked for may have been made all the same. */
    public boolean mayHaveHappened() {
        return mayHaveHappened;
    }
}
