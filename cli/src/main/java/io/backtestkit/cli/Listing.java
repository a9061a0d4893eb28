package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** Everything a store lists; one with no more than the three methods that a store must have cannot. */
final class Listing {

    private Listing() {}

    /** Returns the keys of what is held. @throws CommandFailure if this store does not list them */
    static Collection<SignalKey> keys(String act, SignalStore store) {
        return offered(act, store, store::keys);
    }

    /** Examines the store. @throws CommandFailure if this store has no way to */
    static List<StoreFinding> check(SignalStore store) {
        return offered("check", store, store::check);
    }

    private static <T> T offered(String act, SignalStore store, Supplier<T> asked) {
        try {
            return asked.get();
        } catch (UnsupportedOperationException e) {
            throw CommandFailure.runFailed(
                    "Cannot " + act + " " + store.describe()
                            + ": this store does not list its keys. Look at one signal: backtest-kit store show"
                            + " --strategy S --symbol SYM",
                    e);
        }
    }

    /**
     * Refuses to take what the keys tell for everything there is.
     *
     * @param keyless what no key tells: see {@link SignalStore#keyless}
     * @throws CommandFailure if there is any
     */
    static void requireAllTold(String store, List<StoreFinding> keyless) {
        if (!keyless.isEmpty()) {
            throw CommandFailure.runFailed(
                    "Cannot show everything in " + store + ": damaged, so that whose it is cannot be told, "
                            + (keyless.size() == 1 ? "is " : "are ") + named(keyless)
                            + ". Take no slot for free before that is resolved; backtest-kit store check says how.");
        }
    }

    /** Returns for example {@code signal in Breakout~921b/BTCUSDT.json (it was empty)}. */
    static String named(List<StoreFinding> keyless) {
        return Naming.first(keyless.stream()
                .map(finding -> finding.subject() + " (" + finding.found() + ")")
                .toList());
    }
}
