package io.backtestkit.laboratory.kill;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.testkit.MarkedSignals;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;

/**
 * One change that an owner makes. Of three signals in a row one is deleted, one is replaced by the next, one ends; with every
 * fourth the claim is renewed.
 *
 * @param number names the signal, in every part of it
 */
record Step(Kind kind, long number) {

    private static final String WRITER = "owner";

    /** What is done. */
    enum Kind {
        WRITE,
        RENEW,
        DELETE,
        END
    }

    /** Returns the first step with the signal of that number. */
    static Step first(long number) {
        return new Step(Kind.WRITE, number);
    }

    /** Returns the signal of that number. */
    static Signal signal(SignalKey key, long number) {
        return MarkedSignals.marked(key, WRITER, number);
    }

    /** Returns its end. */
    static EndedSignal ended(SignalKey key, long number) {
        return SampleSignals.closed(signal(key, number));
    }

    /** Returns the number of a signal; throws if it is none of these, whole. */
    static long number(Signal signal) {
        if (!MarkedSignals.isWhole(signal)) {
            throw new AssertionError("it is torn: " + signal);
        }
        return MarkedSignals.write(signal);
    }

    /** Returns what an owner does after this. */
    Step next() {
        if (kind == Kind.WRITE && number % 4 == 0) {
            return new Step(Kind.RENEW, number);
        }
        if (kind == Kind.WRITE || kind == Kind.RENEW) {
            if (number % 3 == 0) {
                return new Step(Kind.END, number);
            }
            if (number % 3 == 1) {
                return new Step(Kind.DELETE, number);
            }
        }
        return first(number + 1);
    }

    /** Makes the change. */
    void act(Claims claims, Claim claim, Duration lease) {
        switch (kind) {
            case WRITE -> claims.write(claim, signal(claim.key(), number));
            case RENEW -> claims.renew(claim, lease);
            case DELETE -> claims.delete(claim);
            case END -> claims.end(claim, ended(claim.key(), number));
        }
    }

    @Override
    public String toString() {
        return kind + " " + number;
    }
}
