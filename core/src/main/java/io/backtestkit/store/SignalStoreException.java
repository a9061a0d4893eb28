package io.backtestkit.store;

import io.backtestkit.signal.SignalKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store could not do what it was asked. The four kinds say what to do about it. */
public abstract sealed class SignalStoreException extends RuntimeException
        permits StoreUnavailableException, StoreRefusedException, UnreadableSignalException, ClaimLostException {

    private static final long serialVersionUID = 1L;

    private final transient StoreFailure failure;

    SignalStoreException(StoreFailure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    /** Returns the slot concerned; empty if it was the whole store. */
    public Optional<SignalKey> key() {
        return failure.key();
    }

    /** Returns where the store is, without any secret. */
    public String store() {
        return failure.store();
    }

    /** Returns what was found, a clause without a full stop. */
    public String found() {
        return failure.found();
    }

    /** Returns what to do about it; the empty string if there is nothing to say. */
    public String advice() {
        return failure.advice();
    }
}
