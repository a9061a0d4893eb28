package io.backtestkit.cli;

import io.backtestkit.market.Interval;
import io.backtestkit.signal.ClosedSignal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Draws the moments at which a process is killed. */
final class KillMoments {

    /** A kill lands some candles after its moment: the position must not have closed by then. */
    private static final int MINUTES_TO_SPARE = 60;

    private KillMoments() {}

    /**
     * Draws minutes at which one of the positions is open, with time to spare before it closes, in order. Each position
     * is drawn at most once while there are enough of them.
     */
    static List<KilledReplay.Moment> whileOpen(List<ClosedSignal> positions, int count, Random random) {
        List<ClosedSignal> lasting = new ArrayList<>();
        for (ClosedSignal position : positions) {
            if (minutes(position) > 2 * MINUTES_TO_SPARE) {
                lasting.add(position);
            }
        }
        List<ClosedSignal> candidates = lasting.isEmpty() ? positions : lasting;
        List<ClosedSignal> undrawn = new ArrayList<>();
        List<KilledReplay.Moment> moments = new ArrayList<>();
        while (moments.size() < count && !candidates.isEmpty()) {
            if (undrawn.isEmpty()) {
                undrawn.addAll(candidates);
            }
            ClosedSignal drawn = undrawn.remove(random.nextInt(undrawn.size()));
            int within = Math.max(1, minutes(drawn) - MINUTES_TO_SPARE);
            long at = drawn.signal().openTimestamp().orElseThrow().toEpochMilli()
                    + random.nextInt(within) * Interval.MINUTE_MILLIS;
            moments.add(new KilledReplay.Moment(at, true));
        }
        moments.sort(Comparator.comparingLong(KilledReplay.Moment::at));
        return moments;
    }

    /** Draws minutes anywhere in {@code [from, to)}, in order, whatever is held then. */
    static List<KilledReplay.Moment> anywhere(long from, long to, int count, Random random) {
        List<KilledReplay.Moment> moments = new ArrayList<>();
        int minutes = (int) ((to - from) / Interval.MINUTE_MILLIS);
        for (int i = 0; i < count; i++) {
            moments.add(new KilledReplay.Moment(from + random.nextInt(minutes) * Interval.MINUTE_MILLIS, false));
        }
        moments.sort(Comparator.comparingLong(KilledReplay.Moment::at));
        return moments;
    }

    private static int minutes(ClosedSignal position) {
        long opened = position.signal().openTimestamp().orElseThrow().toEpochMilli();
        return (int) ((position.closedAt().toEpochMilli() - opened) / Interval.MINUTE_MILLIS);
    }
}
