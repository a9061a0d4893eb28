package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import java.util.Optional;

/**
 * One row of the table {@code signals}, as far as it can be understood.
 *
 * @param ours whether its hash fits: a statement of the store left it so
 */
record SignalRow(String strategy, String symbol, String json, boolean ours) {

    private static final String EDITED = "edited by hand: signal_hash does not fit";

    private static final String BELIEVED =
            "It is believed as it stands: see that it is what was meant. The next write of the slot makes the hash fit.";

    /** Returns the key; empty if somebody wrote names that cannot be one. */
    Optional<SignalKey> key() {
        return key(strategy, symbol);
    }

    static Optional<SignalKey> key(String strategy, String symbol) {
        try {
            return Optional.of(new SignalKey(strategy, symbol));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the signal, or says that the row is damaged. */
    Signal signal(Act act, String store) {
        try {
            return signal();
        } catch (IllegalArgumentException e) {
            throw new UnreadableSignalException(act.failure(store, String.valueOf(e.getMessage()), advice(store)), e);
        }
    }

    private Signal signal() {
        Signal signal = SignalCodec.decode(json);
        if (!signal.key().equals(new SignalKey(strategy, symbol))) {
            throw new SignalFormatException("the row is of " + name() + ", the signal in it of " + signal.key());
        }
        return signal;
    }

    StoreFinding finding(String store) {
        String subject = "signal " + name();
        try {
            StoreFinding readable = StoreFinding.readable(signal());
            return ours ? readable : StoreFinding.warning(subject, EDITED + ": " + readable.found(), BELIEVED);
        } catch (IllegalArgumentException e) {
            return StoreFinding.damaged(subject, String.valueOf(e.getMessage()), advice(store));
        }
    }

    private String name() {
        return strategy + "/" + symbol;
    }

    private String advice(String store) {
        return "It is kept as it is; "
                + key(strategy, symbol) // names that can be no key cannot be typed either
                        .map(key -> "no new entry will be taken until you run: " + StoreFailure.resolving(store, key))
                        .orElse("correct the row in table signals.");
    }
}
