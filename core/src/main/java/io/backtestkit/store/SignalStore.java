package io.backtestkit.store;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps at most one signal per key, through crashes.
 *
 * <p><b>The promise.</b> Once {@link #write} or {@link #delete} has returned, the result survives any single kill or power
 * cut of the program or of the store's host. A write happens whole or not at all; no reader ever sees half of one. What
 * cannot be kept is reported by a {@link SignalStoreException}, never silently taken for done.
 *
 * <p><b>Damage.</b> A record that cannot be read is never taken for an absent one, never deleted and never overwritten:
 * reading, writing or deleting it throws {@link UnreadableSignalException} until an operator has called {@link #setAside}.
 *
 * <p><b>Threads.</b> Every method blocks, and any number of threads may call any of them at once. Calls for one key take
 * effect one after the other, in some order.
 *
 * <p><b>Keys.</b> Different keys never meet, whatever text they hold: see {@link SignalKey}.
 *
 * <p>A store must implement the first three methods; the rest have defaults that are right for a store that can do no more.
 */
public interface SignalStore extends AutoCloseable {

    /**
     * Stores the signal in the slot, replacing what was there. All or nothing, and durable when it returns.
     *
     * @param key the slot; {@code signal.key()} equals it
     * @throws IllegalArgumentException if the signal belongs to another key
     * @throws StoreUnavailableException if the store could not be reached; it says whether the write may have happened
     * @throws StoreRefusedException if the store will not take it: disk full, no permission, read-only
     * @throws UnreadableSignalException if the slot holds a damaged record
     * @throws ClaimLostException if another owner has claimed the slot: see {@link #claims}
     */
    void write(SignalKey key, Signal signal);

    /**
     * Returns the signal in the slot; empty if none was ever written, or it was deleted.
     *
     * @throws StoreUnavailableException if the store could not be reached
     * @throws StoreRefusedException if the store does not let it be read
     * @throws UnreadableSignalException if the record is damaged, foreign or from a newer version
     */
    Optional<Signal> read(SignalKey key);

    /**
     * Frees the slot. If it is free already, do nothing. Durable when it returns, in either case.
     *
     * @throws StoreUnavailableException if the store could not be reached; it says whether the delete may have happened
     * @throws StoreRefusedException if the store does not allow it
     * @throws UnreadableSignalException if the slot holds a damaged record
     * @throws ClaimLostException if another owner has claimed the slot: see {@link #claims}
     */
    void delete(SignalKey key);

    /**
     * Stores several signals. Each one is written whole or not at all; whether all of them are is the store's to say. The
     * default writes one after the other and stops at the first failure.
     *
     * @throws SignalStoreException as for {@link #write}; signals before the failing one stay written
     */
    default void writeAll(Map<SignalKey, Signal> signals) {
        signals.forEach(this::write);
    }

    /**
     * Returns every key whose slot is not free, those with damaged records included as far as their keys can be told.
     *
     * @throws UnsupportedOperationException if this store cannot list its keys, as by default
     */
    default Set<SignalKey> keys() {
        throw new UnsupportedOperationException("Cannot list the keys of " + describe()
                + ": this store does not offer it. Name the strategy and symbol instead.");
    }

    /**
     * Returns every damaged record and trade log that {@link #keys} and {@link TradeLog#loggedKeys} leave out because whose
     * it is cannot be told: who goes by the keys would take it for absent. None by default, as is right for a store whose
     * keys can always be told.
     *
     * @throws SignalStoreException as for {@link #read}
     */
    default List<StoreFinding> keyless() {
        return List.of();
    }

    /**
     * Says whether a write that has returned survives a crash. True by default, since that is what {@link #write} promises;
     * a store in memory or one that batches returns false, and live trading then refuses it.
     */
    default boolean durable() {
        return true;
    }

    /**
     * Returns after how long without a {@link #touch} a signal is taken for abandoned and removed. Empty, as by default, if
     * never: only a store that was told to remove abandoned signals ever does.
     */
    default Optional<Duration> expireAbandonedAfter() {
        return Optional.empty();
    }

    /**
     * Says that the signal in the slot is still managed. A running engine calls it for each held signal at least every
     * quarter of {@link #expireAbandonedAfter}; writing counts as touching. If the slot is free, or nothing expires here, do
     * nothing.
     *
     * @throws SignalStoreException as for {@link #write}
     */
    default void touch(SignalKey key) {}

    /**
     * Returns what lets one owner at a time change a slot, if this store can keep that promise; empty by default. Live
     * trading on a store without it says once that nothing protects it from a second process.
     */
    default Optional<Claims> claims() {
        return Optional.empty();
    }

    /** Returns the log of ended signals, if this store keeps one. */
    default Optional<TradeLog> tradeLog() {
        return Optional.empty();
    }

    /**
     * Moves a signal that has ended to the trade log and frees its slot. In one transaction where the store can; by default
     * log first, delete second, so that a crash in between leaves a signal whose end is already in the log and no trade is
     * ever missing. Safe to repeat, however late: a slot that holds another signal by then ({@link EndedSignal#isOf}) keeps it.
     * The default looks before it deletes, so over a network a delete of it that arrives late may free a slot that was filled
     * since; a store on a server compares in the request itself.
     *
     * @throws SignalStoreException as for {@link TradeLog#append}, {@link #read} and {@link #delete}
     */
    default void end(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        Optional<Signal> held = read(key);
        tradeLog().ifPresent(log -> log.append(ended));
        if (held.isEmpty() || ended.isOf(held.get())) { // a free slot, too: an earlier delete may not be durable yet
            delete(key);
        }
    }

    /**
     * Frees a slot whose record is damaged, keeping its bytes under another name. For operators: it is called after a
     * person decided that no position is lost by it. If what is kept about the slot's claims is damaged, sets that aside, too;
     * a readable signal stays, and no claim given before is in force any more. If nothing is damaged, do nothing.
     *
     * @return where the bytes were kept, for people; empty if there was nothing to do
     * @throws ClaimLostException if another owner has claimed the slot: see {@link #claims}
     * @throws UnsupportedOperationException if this store cannot, as by default
     */
    default Optional<String> setAside(SignalKey key) {
        throw new UnsupportedOperationException("Cannot set signal " + key + " aside in " + describe()
                + ": this store does not offer it. Use the store's own tools.");
    }

    /**
     * Puts a signal in the place of a damaged record, whose bytes are kept as by {@link #setAside(SignalKey)}. For operators: it
     * is called after a person has found out which position is held. A crash at any moment leaves the damaged record in the
     * slot or the replacement, never a free slot that a new entry would take. A slot that is free or that can be read is left
     * as it is, also where damage of its claims is set aside: reading tells what it holds then. Safe to repeat.
     *
     * <p>The default takes two steps, {@link #setAside(SignalKey)} and {@link #write}: there the slot is free for a moment, and
     * stays free if the second step fails.
     *
     * @param key the slot; {@code replacement.key()} equals it
     * @return where the bytes were kept, for people; empty if nothing was damaged
     * @throws IllegalArgumentException if the replacement belongs to another key
     * @throws ClaimLostException if another owner has claimed the slot: see {@link #claims}
     * @throws UnsupportedOperationException if this store cannot set aside, as by default
     */
    default Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        boolean damaged = false;
        try {
            var unused = read(key);
        } catch (UnreadableSignalException e) {
            damaged = true;
        }
        Optional<String> kept = setAside(key);
        if (damaged && kept.isPresent() && read(key).isEmpty()) {
            write(key, replacement);
        }
        return kept;
    }

    /**
     * Examines the store and everything in it, and returns what was found, the good news too; damage of a record, of a claim and
     * of a log is among it. Changes nothing. The default reads every listed key, every log, and the claims of those keys, and adds
     * what is {@link #keyless}.
     *
     * @throws StoreUnavailableException if the store could not be reached
     */
    default List<StoreFinding> check() {
        return StoreExamination.of(this);
    }

    /** Returns where the store is, for messages, without any secret; for example {@code file:./data}. */
    default String describe() {
        return getClass().getSimpleName();
    }

    /**
     * Lets go of what the store holds open. What was written stays. A second call does nothing.
     *
     * <p>A later call of another method may work as before, over a new connection. If it does not, it throws a {@link
     * SignalStoreException}: {@link StoreRefusedException} where nothing was done, as a closed store is best refused; a
     * {@link StoreUnavailableException} that says so where a change may have been made. Never another type, and never does
     * it do nothing in silence.
     */
    @Override
    default void close() {}
}
