package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.SignalKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/** Asks one thing after the other, drawn by chance, of a few slots; also what it has no right to. */
final class Client {

    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What it believes of a slot, which need not be so. */
    private static final class Belief {
        Grant own = Grant.NONE;
        Grant other = Grant.NONE;
        String held = "";
    }

    private final String name;
    private final Hand hand;
    private final List<SignalKey> keys;
    private final RandomGenerator random;
    private final long leaseMillis;
    private final Map<SignalKey, Belief> beliefs = new HashMap<>();
    private int writes;

    Client(String name, Hand hand, List<SignalKey> keys, RandomGenerator random, long leaseMillis) {
        this.name = name;
        this.hand = hand;
        this.keys = keys;
        this.random = random;
        this.leaseMillis = leaseMillis;
        keys.forEach(key -> beliefs.put(key, new Belief()));
    }

    /** Makes so many calls and hands over what became of each. */
    void play(int calls, BiConsumer<SignalKey, Event> recorder) {
        for (int i = 0; i < calls; i++) {
            SignalKey key = keys.get(random.nextInt(keys.size()));
            Belief belief = beliefs.getOrDefault(key, new Belief());
            Call call = drawn(belief);
            hand.prepare();
            long nanos = System.nanoTime();
            long millis = System.currentTimeMillis();
            Outcome outcome = hand.make(key, call);
            recorder.accept(key, new Event(name, call, outcome, Event.Span.from(nanos, millis)));
            learn(belief, call, outcome);
            if (outcome.kind() == Kind.FAILED) {
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
    }

    private Call drawn(Belief belief) {
        int drawn = random.nextInt(100);
        if (drawn < 18) {
            return Call.look(Act.READ);
        } else if (drawn < 24) {
            return Call.look(Act.HOLDER);
        } else if (drawn < 30) {
            return Call.look(Act.TRADES);
        } else if (drawn < 34) {
            return new Call(Act.PLAIN_WRITE, "", Grant.NONE, newId(), 0);
        } else if (drawn < 42 && !belief.other.isNone()) {
            return Call.takeOver(belief.other, name, leaseMillis);
        } else if (drawn < 48 || belief.own.isNone()) {
            return Call.claim(name, leaseMillis);
        } else if (drawn < 54) {
            return Call.renew(belief.own, leaseMillis);
        } else if (drawn < 58) {
            return Call.under(belief.own, Act.RELEASE, "");
        } else if (drawn < 66) {
            return Call.under(belief.own, Act.DELETE, "");
        } else if (drawn < 76 && !belief.held.isEmpty()) {
            return Call.under(belief.own, Act.END, belief.held);
        }
        return Call.under(belief.own, Act.WRITE, newId());
    }

    private String newId() {
        return name + "-" + ++writes;
    }

    private void learn(Belief belief, Call call, Outcome outcome) {
        Grant grant = outcome.grant();
        if (outcome.kind() == Kind.GRANTED || (call.act() == Act.RENEW && outcome.kind() == Kind.DONE)) {
            belief.own = grant;
        } else if (!grant.isNone() && !grant.owner().equals(name)) {
            belief.other = grant;
        } else if (outcome.kind() == Kind.LOST && random.nextInt(3) == 0) {
            belief.own = Grant.NONE; // else it goes on as if nothing had been said
        }
        if (call.act() == Act.WRITE || call.act() == Act.PLAIN_WRITE) {
            belief.held = call.id();
        } else if (call.act() == Act.READ && outcome.kind() == Kind.DONE) {
            belief.held = outcome.id();
        }
    }
}
