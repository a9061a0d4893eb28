package io.backtestkit.laboratory.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything a store says.
 *
 * @param slots the slots that are not free
 * @param trades what ended, in its order; without empty lists
 * @param owners who has claimed a slot
 */
record Snapshot(Map<SignalKey, Slot> slots, Map<SignalKey, List<EndedSignal>> trades, Map<SignalKey, String> owners) {

    static final Snapshot NOTHING = new Snapshot(Map.of(), Map.of(), Map.of());

    Snapshot {
        slots = Map.copyOf(slots);
        trades = Map.copyOf(trades);
        owners = Map.copyOf(owners);
    }

    /** Reads everything in a store. */
    static Snapshot of(SignalStore store) {
        Map<SignalKey, Slot> slots = new TreeMap<>();
        for (SignalKey key : store.keys()) {
            slots.put(
                    key,
                    new Slot.Damaged()); // until it could be read; a listed slot that is free stays a contradiction
        }
        for (SignalKey key : union(Samples.KEYS, slots)) {
            try {
                store.read(key).ifPresent(signal -> slots.put(key, new Slot.Held(signal)));
            } catch (UnreadableSignalException e) {
                slots.put(key, new Slot.Damaged());
            }
        }
        Map<SignalKey, List<EndedSignal>> trades = new TreeMap<>();
        TradeLog log = store.tradeLog().orElseThrow();
        for (SignalKey key : log.loggedKeys()) {
            trades.put(key, log.trades(key));
        }
        trades.values().removeIf(List::isEmpty);
        Map<SignalKey, String> owners = new TreeMap<>();
        Claims claims = store.claims().orElseThrow();
        for (SignalKey key : Samples.KEYS) {
            claims.holder(key).ifPresent(claim -> owners.put(key, claim.owner()));
        }
        return new Snapshot(slots, trades, owners);
    }

    private static TreeSet<SignalKey> union(List<SignalKey> keys, Map<SignalKey, Slot> slots) {
        TreeSet<SignalKey> all = new TreeSet<>(keys);
        all.addAll(slots.keySet());
        return all;
    }

    Optional<Slot> slot(SignalKey key) {
        return Optional.ofNullable(slots.get(key));
    }

    boolean isDamaged(SignalKey key) {
        return slots.get(key) instanceof Slot.Damaged;
    }

    Snapshot with(SignalKey key, Slot slot) {
        Map<SignalKey, Slot> changed = new TreeMap<>(slots);
        changed.put(key, slot);
        return new Snapshot(changed, trades, owners);
    }

    Snapshot without(SignalKey key) {
        Map<SignalKey, Slot> changed = new TreeMap<>(slots);
        changed.remove(key);
        return new Snapshot(changed, trades, owners);
    }

    List<EndedSignal> trades(SignalKey key) {
        return trades.getOrDefault(key, List.of());
    }

    /** Returns this with a trade added, unless it is there. */
    Snapshot with(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        if (trades(key).stream().anyMatch(ended::sameSignalAs)) {
            return this;
        }
        List<EndedSignal> longer = new ArrayList<>(trades(key));
        longer.add(ended);
        Map<SignalKey, List<EndedSignal>> changed = new TreeMap<>(trades);
        changed.put(key, longer);
        return new Snapshot(slots, changed, owners);
    }

    /** Says whether both agree in all but the owners: who asks for the holder is not promised that the answer stays. */
    boolean saysTheSameSignals(Snapshot other) {
        return slots.equals(other.slots) && trades.equals(other.trades);
    }

    /** Says whether the main slot is claimed. */
    boolean isClaimed() {
        return owners.containsKey(Samples.MAIN);
    }

    /** Returns this with the main slot claimed. */
    Snapshot claimedBy(String owner) {
        return new Snapshot(slots, trades, Map.of(Samples.MAIN, owner));
    }

    Snapshot released() {
        return new Snapshot(slots, trades, Map.of());
    }

    @Override
    public String toString() {
        Map<SignalKey, List<String>> ids = new TreeMap<>();
        trades.forEach((key, list) ->
                ids.put(key, list.stream().map(ended -> ended.signal().id()).toList()));
        return "slots " + new TreeMap<>(slots) + ", trades " + ids + (owners.isEmpty() ? "" : ", owners " + owners);
    }
}
