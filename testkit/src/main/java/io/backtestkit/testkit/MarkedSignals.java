package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;

/** Signals of which every part names the write, so that a mixture of two writes equals none of them. */
public final class MarkedSignals {

    private static final int NOTE_REPEATS = 200;

    private MarkedSignals() {}

    /** Returns the signal that the write of that writer makes. */
    public static Signal marked(SignalKey key, String writer, long write) {
        return marked(key, writer + " " + write);
    }

    private static Signal marked(SignalKey key, String mark) {
        return SampleSignals.fullyFilled(key)
                .id(mark)
                .exchange(mark)
                .note((mark + ";").repeat(NOTE_REPEATS))
                .build();
    }

    /** Says whether every part of it names the same write. */
    public static boolean isWhole(Signal signal) {
        return signal.equals(marked(signal.key(), signal.id()));
    }

    /** Returns the number of the write that made it. */
    public static long write(Signal signal) {
        return Long.parseLong(signal.id().substring(signal.id().lastIndexOf(' ') + 1));
    }
}
