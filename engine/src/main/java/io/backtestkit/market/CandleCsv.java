package io.backtestkit.market;

import java.nio.file.Path;

/**
 * Candles as comma-separated text: a header {@value #HEADER}, then one line for each minute, oldest first.
 *
 * <p>The timestamp is the open time in epoch milliseconds; numbers have a decimal point, and an exponent if need be. A byte
 * order mark, Windows line ends, spaces around a field, a missing last line end and empty lines at the end are accepted, as
 * is a header in other letters; quotes are not. A file that is compressed with gzip is read as such, whatever its name.
 */
public final class CandleCsv {

    /** The first line. */
    public static final String HEADER = "timestamp,open,high,low,close,volume";

    private CandleCsv() {}

    /**
     * Reads a file of one-minute candles without gaps; the same as {@code reader().read(file).candles()}.
     *
     * @throws CandleException if its content is not acceptable; the message names file, line and fault
     * @throws java.io.UncheckedIOException if it cannot be read; the message is for people
     */
    public static Candles read(Path file) {
        return reader().read(file).candles();
    }

    /** Returns a reader that refuses gaps and tells nobody how far it is. */
    public static CandleCsvReader reader() {
        return new CandleCsvReader();
    }

    /**
     * Writes candles so that reading them gives the same numbers to the last bit, each in its shortest form without an
     * exponent; compressed with gzip if the name ends in {@code .gz}. The file is written beside its final place and moved
     * there when it is complete, so it is never seen half written; an older one is replaced.
     *
     * @throws IllegalArgumentException if they are not one-minute candles
     * @throws java.io.UncheckedIOException if it cannot be written; the message is for people
     */
    public static void write(Path file, Candles candles) {
        CandleCsvWriter.write(file, candles);
    }
}
