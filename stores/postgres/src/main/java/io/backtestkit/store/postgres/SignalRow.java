package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import java.util.Optional;

/** One row of the table {@code signals}, as far as it can be understood. */
record SignalRow(String strategy, String symbol, String json) {

    /** Returns the key; empty if somebody wrote names that cannot be one. */
    Optional<SignalKey> key() {
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
            throw new UnreadableSignalException(act.failure(store, String.valueOf(e.getMessage()), advice()), e);
        }
    }

    private Signal signal() {
        Signal signal = SignalCodec.decode(json);
        if (!signal.key().equals(new SignalKey(strategy, symbol))) {
            throw new SignalFormatException("the row is of " + name() + ", the signal in it of " + signal.key());
        }
        return signal;
    }

    StoreFinding finding() {
        String subject = "signal " + name();
        try {
            return StoreFinding.ok(subject, signal().toString());
        } catch (IllegalArgumentException e) {
            return StoreFinding.damaged(subject, String.valueOf(e.getMessage()), advice());
        }
    }

    private String name() {
        return strategy + "/" + symbol;
    }

    private String advice() {
        return "It is kept as it is, and its slot takes no new entry. Correct the row, or free the slot with"
                + " backtest-kit store resolve (" + name() + ").";
    }
}
