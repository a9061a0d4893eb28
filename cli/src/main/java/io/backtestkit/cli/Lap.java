package io.backtestkit.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** How long requests of one kind took: those of one round, or of several together. */
final class Lap {

    private final long[] sortedNanos;
    private final int signals;
    private final long wallNanos;

    /**
     * Takes over what was measured.
     *
     * @param nanos how long each request took
     * @param signals how many signals they concerned
     * @param wallNanos how long all of them took, by however many threads
     */
    Lap(long[] nanos, int signals, long wallNanos) {
        sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
        this.signals = signals;
        this.wallNanos = wallNanos;
    }

    /** Returns several as if they had been one. */
    static Lap together(List<Lap> laps) {
        return new Lap(
                laps.stream()
                        .flatMapToLong(lap -> LongStream.of(lap.sortedNanos))
                        .toArray(),
                laps.stream().mapToInt(lap -> lap.signals).sum(),
                laps.stream().mapToLong(lap -> lap.wallNanos).sum());
    }

    /** Returns the median of numbers, of which there is at least one. */
    static double median(List<Double> numbers) {
        return numbers.stream().sorted().toList().get(numbers.size() / 2);
    }

    int signals() {
        return signals;
    }

    double signalsPerSecond() {
        return signals / (wallNanos / 1e9);
    }

    /** Returns the shortest time that at least that share of all requests stayed within, in milliseconds. */
    double millis(double share) {
        int rank = (int) Math.ceil(share * sortedNanos.length);
        return sortedNanos[Math.max(1, rank) - 1] / 1e6;
    }
}
