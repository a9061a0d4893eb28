package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;

/** Signals that tell which write they came from. */
final class Samples {

    static final SignalKey KEY = SampleSignals.key();

    private Samples() {}

    static Signal numbered(SignalKey key, long number) {
        return SampleSignals.fullyFilled(key)
                .id("n" + number)
                .note(("part of write " + number + "; ").repeat(20))
                .build();
    }
}
