package io.backtestkit.laboratory.world;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.InMemorySignalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** What the simulated store truly holds, and its clock. */
final class Truth implements Witness {

    final SignalKey key;
    private final Claims claims;
    final InMemorySignalStore store = new InMemorySignalStore(() -> now());
    private final AtomicInteger grants = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private final AtomicLong ahead = new AtomicLong();

    /** Makes an empty store whose claims are changed by {@code planted}, to see that the mistake is found. */
    Truth(SignalKey key, UnaryOperator<Claims> planted) {
        this.key = key;
        this.claims = planted.apply(store.claims().orElseThrow());
    }

    private Instant now() {
        return Instant.ofEpochMilli(now.get() + ahead.get());
    }

    /** Sets the time of the market; the store's clock may be ahead of it. */
    void at(long millis) {
        now.set(millis);
    }

    /** Lets every lease run out. */
    void pass(Duration lease) {
        ahead.addAndGet(lease.toMillis());
    }

    /** Notes that somebody was granted the slot. */
    void granted() {
        grants.incrementAndGet();
    }

    int grants() {
        return grants.get();
    }

    Claims claims() {
        return claims;
    }

    @Override
    public Optional<Signal> held() {
        return store.read(key);
    }

    @Override
    public List<EndedSignal> log() {
        return store.trades(key);
    }
}
