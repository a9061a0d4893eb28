package io.backtestkit.laboratory.world;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One process's connection to the store. Calls may fail, carried out or not, for a while; and a call may be the one before or
 * after which the process is killed: from then on nothing of it gets through, and nothing it says is heard.
 */
final class Link implements SignalStore, Claims, TradeLog {

    /** How likely troubles are, for each call. */
    record Troubles(double kill, double outage, double refusal) {}

    private static final int LONGEST_OUTAGE = 40;
    private static final StoreFailure DOWN = StoreFailure.of("reach", "simulated", "it is down", "Wait.");

    private final Truth truth;
    private volatile Troubles troubles;
    private final RandomGenerator random;
    private volatile boolean dead;
    private volatile boolean owned;
    private int callsOfOutage;

    Link(Truth truth, Troubles troubles, RandomGenerator random) {
        this.truth = truth;
        this.troubles = troubles;
        this.random = random;
    }

    /** Says whether the process was killed. */
    boolean dead() {
        return dead;
    }

    /** Says whether the process ever had the slot, and knows it. */
    boolean owned() {
        return owned;
    }

    /** Ends all troubles. */
    synchronized void calm() {
        troubles = new Troubles(0, 0, 0);
        callsOfOutage = 0;
    }

    private synchronized <T> T call(Supplier<T> action) {
        if (dead) {
            throw StoreUnavailableException.notSent(DOWN, null);
        }
        if (random.nextDouble() < troubles.kill()) {
            if (random.nextBoolean()) {
                carryOut(action);
            }
            dead = true;
            throw StoreUnavailableException.unknown(DOWN, null);
        }
        if (callsOfOutage == 0 && random.nextDouble() < troubles.outage()) {
            callsOfOutage = 1 + random.nextInt(LONGEST_OUTAGE);
        }
        if (callsOfOutage > 0) {
            callsOfOutage--;
            fail(action);
        }
        if (random.nextDouble() < troubles.refusal()) {
            throw new StoreRefusedException(DOWN, null);
        }
        return action.get();
    }

    /** Does it, and nobody hears of the result. */
    @SuppressWarnings("UnusedVariable")
    private static void carryOut(Supplier<?> action) {
        Object unheard = action.get();
    }

    private void fail(Supplier<?> action) {
        switch (random.nextInt(3)) {
            case 0 -> throw StoreUnavailableException.notSent(DOWN, null);
            case 1 -> throw StoreUnavailableException.unknown(DOWN, null);
            default -> {
                carryOut(action);
                throw StoreUnavailableException.unknown(DOWN, null);
            }
        }
    }

    private void change(Runnable action) {
        call(() -> {
            action.run();
            return true;
        });
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        change(() -> truth.store.write(key, signal));
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return call(() -> truth.store.read(key));
    }

    @Override
    public void delete(SignalKey key) {
        change(() -> truth.store.delete(key));
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(this);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(this);
    }

    @Override
    public String describe() {
        return "simulated";
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return known(call(() -> noted(truth.claims().claim(key, owner, lease))));
    }

    @Override
    public ClaimAnswer takeOver(Claim lost, String owner, Duration lease) {
        return known(call(() -> noted(truth.claims().takeOver(lost, owner, lease))));
    }

    private ClaimAnswer known(ClaimAnswer answer) {
        if (answer instanceof ClaimAnswer.Granted) {
            owned = true;
        }
        return answer;
    }

    private ClaimAnswer noted(ClaimAnswer answer) {
        if (answer instanceof ClaimAnswer.Granted) {
            truth.granted();
        }
        return answer;
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        return call(() -> truth.claims().renew(claim, lease));
    }

    @Override
    public void release(Claim claim) {
        change(() -> truth.claims().release(claim));
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        return call(() -> truth.claims().holder(key));
    }

    @Override
    public void write(Claim claim, Signal signal) {
        change(() -> truth.claims().write(claim, signal));
    }

    @Override
    public void delete(Claim claim) {
        change(() -> truth.claims().delete(claim));
    }

    /** Carried out in two steps, between which the process may be killed, as by a store without transactions. */
    @Override
    public void end(Claim claim, EndedSignal ended) {
        if (random.nextBoolean()) {
            change(() -> truth.claims().end(claim, ended));
            return;
        }
        change(() -> {
            truth.claims().write(claim, truth.held().orElse(ended.signal()));
            truth.store.append(ended);
        });
        change(() -> truth.claims().delete(claim));
    }

    @Override
    public void append(EndedSignal ended) {
        change(() -> truth.store.append(ended));
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        return call(() -> truth.store.trades(key, from, to));
    }

    @Override
    public Optional<EndedSignal> last(SignalKey key) {
        return call(() -> truth.store.last(key));
    }

    @Override
    public List<SignalKey> loggedKeys() {
        return call(truth.store::loggedKeys);
    }
}
