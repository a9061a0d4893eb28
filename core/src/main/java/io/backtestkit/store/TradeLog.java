package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The history of a store: every signal that was closed or cancelled, once. Any number of threads may use it.
 */
public interface TradeLog {

    /**
     * Adds an ended signal. If the log already has that signal ({@link EndedSignal#sameSignalAs}), do nothing. Durable when
     * it returns.
     *
     * @throws SignalStoreException as for {@link SignalStore#write}
     */
    void append(EndedSignal ended);

    /**
     * Returns what ended in a slot in {@code [from, to)}, in the order it was appended; empty if nothing did.
     *
     * @throws UnreadableSignalException if an entry of the log is damaged; entries are never skipped in silence
     * @throws SignalStoreException as for {@link SignalStore#read}
     */
    List<EndedSignal> trades(SignalKey key, Instant from, Instant to);

    /** Returns everything that ever ended in a slot, in the order it was appended. */
    default List<EndedSignal> trades(SignalKey key) {
        return trades(key, Instant.MIN, Instant.MAX);
    }

    /**
     * Returns what ended last in a slot; empty if nothing did.
     *
     * @throws UnreadableSignalException if that entry is damaged, or by default any
     * @throws SignalStoreException as for {@link SignalStore#read}
     */
    default Optional<EndedSignal> last(SignalKey key) {
        List<EndedSignal> all = trades(key);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /**
     * Returns every key the log has an entry of.
     *
     * @throws SignalStoreException as for {@link SignalStore#read}
     */
    List<SignalKey> loggedKeys();

    /**
     * Removes the whole history of a slot, for good: of a name that was only tried out, as a demonstration's. If there is
     * none, do nothing. Durable when it returns. Nothing that trades calls it.
     *
     * @throws UnsupportedOperationException if this log cannot, as by default
     * @throws SignalStoreException as for {@link SignalStore#delete}
     */
    default void discard(SignalKey key) {
        throw new UnsupportedOperationException(
                "Cannot discard the trades of " + key + ": this log does not offer it. Use the store's own tools.");
    }
}
