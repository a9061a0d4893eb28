package io.backtestkit.engine;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Offers claims and outlives the kits that use it. Its clock is set by hand, so that leases run out when a test says so; each
 * call that carries or asks for a claim is named to the test before it is carried out, and may be made to fail.
 */
final class ClaimedStore implements SignalStore, Claims {

    private volatile Instant now = Instant.parse("2026-01-15T09:30:00Z");
    private final InstantSource clock = () -> now;
    private final InMemorySignalStore kept = new InMemorySignalStore(clock);
    private final Claims claims = kept.claims().orElseThrow();
    private final AtomicInteger renewals = new AtomicInteger();
    private volatile Consumer<String> interference = call -> {};
    private final Set<String> losing = ConcurrentHashMap.newKeySet();

    void pass(Duration time) {
        now = now.plus(time);
    }

    void interfere(Consumer<String> with) {
        interference = with;
    }

    /** Carries each of these calls out when it comes next, {@code write} or {@code claim}, and then says that nobody knows. */
    void loseTheNextAnswerOf(String... calls) {
        losing.addAll(Set.of(calls));
    }

    private void answer(String call) {
        if (losing.remove(call)) {
            throw StoreUnavailableException.unknown(
                    StoreFailure.of(call, "claimed:", "the answer was lost", "Wait."), null);
        }
    }

    int renewals() {
        return renewals.get();
    }

    Optional<EndedSignal> lastEnded(SignalKey key) {
        return kept.last(key);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        kept.write(key, signal);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        interference.accept("read");
        return kept.read(key);
    }

    @Override
    public void delete(SignalKey key) {
        kept.delete(key);
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(this);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return kept.tradeLog();
    }

    @Override
    public String describe() {
        return "claimed:";
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        interference.accept("claim");
        ClaimAnswer given = claims.claim(key, owner, lease);
        answer("claim");
        return given;
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        interference.accept("takeOver");
        return claims.takeOver(dead, owner, lease);
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        interference.accept("renew");
        Claim renewed = claims.renew(claim, lease);
        renewals.incrementAndGet();
        return renewed;
    }

    @Override
    public void release(Claim claim) {
        interference.accept("release");
        claims.release(claim);
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        return claims.holder(key);
    }

    @Override
    public void write(Claim claim, Signal signal) {
        interference.accept("write");
        claims.write(claim, signal);
        answer("write");
    }

    @Override
    public void delete(Claim claim) {
        interference.accept("delete");
        claims.delete(claim);
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        interference.accept("end");
        claims.end(claim, ended);
    }
}
