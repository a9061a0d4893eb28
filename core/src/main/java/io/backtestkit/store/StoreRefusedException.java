package io.backtestkit.store;

import org.jspecify.annotations.Nullable;

/**
 * The store will not do it, and will not a second later either: disk full, quota, permission, read-only, wrong
 * configuration, in use by another process. Alert a person; do not retry. The old value is still there.
 */
public final class StoreRefusedException extends SignalStoreException {

    private static final long serialVersionUID = 1L;

    /** Creates it with the parts of its message and the error behind it, if there is one. */
    public StoreRefusedException(StoreFailure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
