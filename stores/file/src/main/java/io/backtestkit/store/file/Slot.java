package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import java.util.Optional;

/**
 * A slot as a change found it.
 *
 * @param key which
 * @param claim what is kept about its claims
 * @param record its signal, perhaps a damaged one; empty if it is free
 */
record Slot(SignalKey key, StoredClaim claim, Optional<StoredRecord> record) {

    /** Returns the largest epoch known of it; 0 if it was never claimed. */
    long epoch() {
        return Math.max(claim.epoch(), record.map(StoredRecord::epoch).orElse(0L));
    }
}
