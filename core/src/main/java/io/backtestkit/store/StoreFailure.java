package io.backtestkit.store;

import io.backtestkit.signal.SignalKey;
import java.util.Optional;

/**
 * What went wrong with a store, in the parts of its message: <i>Cannot (act) (key) in (store): (found). (advice)</i>
 *
 * @param act what was tried, for example {@code write signal}
 * @param key the slot, if one was concerned
 * @param store where, as in {@link SignalStore#describe()}; no secret
 * @param found what was found, a clause without a full stop
 * @param advice what to do, one or more whole sentences; empty if there is nothing to say
 */
public record StoreFailure(String act, Optional<SignalKey> key, String store, String found, String advice) {

    /** Describes a failure that concerns one slot. */
    public static StoreFailure of(String act, SignalKey key, String store, String found, String advice) {
        return new StoreFailure(act, Optional.of(key), store, found, advice);
    }

    /** Describes a failure that concerns the whole store. */
    public static StoreFailure of(String act, String store, String found, String advice) {
        return new StoreFailure(act, Optional.empty(), store, found, advice);
    }

    /**
     * Returns the advice to resolve a slot whose record cannot be read: {@link #discarding}, and what to do instead if there is
     * a position.
     */
    public static String resolving(String store, SignalKey key) {
        return discarding(store, key) + " (or, if the exchange holds a position, --replace FILE)";
    }

    /**
     * Returns the command that gives up what cannot be read of a slot: {@code backtest-kit store resolve --store file:./data
     * --strategy a --symbol B --discard}. A server is opened with a user and options that its name must not tell: there it
     * says LOCATION instead.
     */
    public static String discarding(String store, SignalKey key) {
        String location = store.contains("://") ? "LOCATION" : quoted(store);
        return "backtest-kit store resolve --store " + location + " --strategy " + quoted(key.strategy()) + " --symbol "
                + quoted(key.symbol()) + " --discard";
    }

    /** Quotes for a POSIX shell where that is needed. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Returns the whole message, each of its sentences ended once: a server's own text may bring a full stop along. */
    public String message() {
        String what = key.map(k -> act + " " + k + " in " + store).orElse(act + " " + store);
        return "Cannot " + what + (what.endsWith(":") ? " " : ": ") + found + (found.endsWith(".") ? "" : ".")
                + (advice.isEmpty() ? "" : " " + advice);
    }
}
