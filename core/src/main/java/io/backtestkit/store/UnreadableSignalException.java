package io.backtestkit.store;

import org.jspecify.annotations.Nullable;

/**
 * There is a record, but it is damaged, foreign or from a newer version. It is kept as it is, never retried, never deleted,
 * and never taken for absent: that would open the position a second time. An operator decides.
 */
public final class UnreadableSignalException extends SignalStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates it with the parts of its message and the error behind it, if there is one. */
    public UnreadableSignalException(StoreFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
