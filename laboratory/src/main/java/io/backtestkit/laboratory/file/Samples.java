package io.backtestkit.laboratory.file;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;
import java.util.List;

/** The signals of the scripts. */
final class Samples {

    /** The slot most acts are about. */
    static final SignalKey MAIN = new SignalKey("breakout", "BTCUSDT");

    /** A slot in the same folder. */
    static final SignalKey NEIGHBOUR = new SignalKey("breakout", "ETHUSDT");

    /** A slot in a folder of its own. */
    static final SignalKey ELSEWHERE = new SignalKey("trend", "BTCUSDT");

    static final List<SignalKey> KEYS = List.of(MAIN, NEIGHBOUR, ELSEWHERE);

    private static final int LONG_NOTE = 1_800;

    private Samples() {}

    static Signal open(SignalKey key, String id) {
        return SampleSignals.openLong(key).id(id).build();
    }

    /** Returns a signal that takes several sectors. */
    static Signal large(SignalKey key, String id) {
        return SampleSignals.openLong(key)
                .id(id)
                .note(id.repeat(LONG_NOTE / id.length()))
                .build();
    }

    static ClosedSignal closed(Signal signal) {
        return SampleSignals.closed(signal);
    }
}
