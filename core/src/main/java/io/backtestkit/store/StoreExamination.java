package io.backtestkit.store;

import io.backtestkit.signal.SignalKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Examines a store by reading everything in it that its keys lead to. */
final class StoreExamination {

    private final List<StoreFinding> findings = new ArrayList<>();

    private StoreExamination() {}

    static List<StoreFinding> of(SignalStore store) {
        StoreExamination examination = new StoreExamination();
        Set<SignalKey> keys = new TreeSet<>(store.keys());
        keys.forEach(
                key -> examination.look("signal " + key, () -> store.read(key).map(StoreFinding::readable)));
        store.tradeLog().ifPresent(log -> keys.addAll(examination.trades(log)));
        store.claims()
                .ifPresent(claims -> keys.forEach(key -> examination.look(
                        "claim of " + key, () -> claims.holder(key).map(StoreExamination::held))));
        examination.findings.addAll(store.keyless());
        return examination.findings;
    }

    private List<SignalKey> trades(TradeLog log) {
        List<SignalKey> logged = log.loggedKeys();
        logged.forEach(key -> look(
                "trades of " + key,
                () -> Optional.of(StoreFinding.readable(key, log.trades(key).size()))));
        return logged;
    }

    private static StoreFinding held(Claim claim) {
        return StoreFinding.ok(
                "claim of " + claim.key(),
                "epoch " + claim.epoch() + ", held by " + claim.owner() + " until " + claim.until());
    }

    private void look(String subject, Supplier<Optional<StoreFinding>> reading) {
        try {
            reading.get().ifPresent(findings::add);
        } catch (UnreadableSignalException e) {
            findings.add(StoreFinding.damaged(subject, e.found(), e.advice()));
        }
    }
}
