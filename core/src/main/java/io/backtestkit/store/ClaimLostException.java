package io.backtestkit.store;

import org.jspecify.annotations.Nullable;

/** Another process owns the key now. Stop trading it at once: what this process believes of it is out of date. */
public final class ClaimLostException extends SignalStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates it with the parts of its message and the error behind it, if there is one. */
    public ClaimLostException(StoreFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
