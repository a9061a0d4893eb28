package io.backtestkit.market;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Turns the lines of one file into candles, or says which line is wrong. Used once, by one thread. */
final class CandleCsvRows {

    private static final int FEWEST_CANDLES = 5;
    private static final int ANOMALY = 1000;
    private static final int MOST_RESERVED = 20_000_000;
    private static final int LONGEST_QUOTE = 60;
    private static final long MICROSECONDS_FROM = 100_000_000_000_000L;
    private static final long SECONDS_FROM = 100_000_000L;
    private static final long SECONDS_BELOW = 100_000_000_000L;
    private static final String[] COLUMNS = CandleCsv.HEADER.split(",");

    private final Path file;
    private final CsvBytes bytes;
    private final boolean fillGaps;
    private final Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
    private final List<Gap> gaps = new ArrayList<>();
    private int filled;
    private long line = 1;
    private long emptyLine;

    CandleCsvRows(Path file, CsvBytes bytes, boolean fillGaps) {
        this.file = file;
        this.bytes = bytes;
        this.fillGaps = fillGaps;
    }

    /** A number of candles made up, from candle {@code first} on. */
    private record Gap(int first, int count) {}

    CandleFile read(long size) throws IOException {
        header();
        builder.reserve((int) Math.min(bytes.linesIn(size), MOST_RESERVED));
        while (bytes.nextLine()) {
            line++;
            long timestamp = bytes.whole();
            double open = bytes.decimal(false);
            double high = bytes.decimal(false);
            double low = bytes.decimal(false);
            double close = bytes.decimal(false);
            double volume = bytes.decimal(true);
            if (timestamp == CsvBytes.NOT_WHOLE || Double.isNaN(open + high + low + close + volume)) {
                unusualLine(bytes.line());
            } else {
                candle(timestamp, open, high, low, close, volume);
            }
        }
        Candles candles = builder.build();
        if (candles.size() < FEWEST_CANDLES) {
            String found = candles.size() == 0 ? "it has no candle, only the header" : "it has " + candles.size();
            throw new CandleException("Cannot read candles in " + file + ": " + found + ". At least " + FEWEST_CANDLES
                    + " are needed to make the first price.");
        }
        refuseAnomaly(candles);
        return new CandleFile(candles, filled);
    }

    private void header() throws IOException {
        if (!bytes.nextLine()) {
            throw new CandleException("Cannot read candles in " + file + ": it is empty. The first line must be '"
                    + CandleCsv.HEADER + "'.");
        }
        bytes.skip(0xEF, 0xBB, 0xBF);
        String found = bytes.line();
        String names = Arrays.stream(found.split(",", -1))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
        if (!names.equals(CandleCsv.HEADER)) {
            String hint = found.contains(";") || found.contains("\t") ? " Fields are separated by commas." : "";
            throw fault("the header was " + quoted(found), "It must be '" + CandleCsv.HEADER + "'." + hint);
        }
    }

    /** Reads a line that is not six plain numbers: with spaces or exponents, empty, or wrong. */
    private void unusualLine(String text) {
        if (text.isBlank()) {
            emptyLine = emptyLine == 0 ? line : emptyLine;
            return;
        }
        if (text.length() >= CsvBytes.LONGEST_LINE) {
            throw fault("it begins with " + quoted(text) + " and does not end", "Is this a text file?");
        }
        String[] fields = text.split(",", -1);
        if (fields.length != COLUMNS.length) {
            throw fault(
                    "it had " + fields.length + (fields.length == 1 ? " field: " : " fields: ") + quoted(text),
                    "Each line needs " + COLUMNS.length + ": " + CandleCsv.HEADER + ".");
        }
        candle(
                timestamp(fields[0].strip()),
                number(1, fields),
                number(2, fields),
                number(3, fields),
                number(4, fields),
                number(5, fields));
    }

    private long timestamp(String text) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw fault(
                    "timestamp was " + quoted(text), "It must be whole epoch milliseconds, for example 1385337600000.");
        }
        return Long.parseLong(text);
    }

    private double number(int column, String[] fields) {
        String text = fields[column].strip();
        try {
            // the JDK also reads NaN, 1d and 0x1p3, which nobody writes on purpose
            if (text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
                return Double.parseDouble(text);
            }
        } catch (NumberFormatException e) {
            // told below, with the line
        }
        throw fault(COLUMNS[column] + " was " + quoted(text), "It must be a number, for example 0.00012.");
    }

    private void candle(long timestamp, double open, double high, double low, double close, double volume) {
        if (emptyLine != 0) {
            line = emptyLine;
            throw fault("it was empty", "Remove it; only the end of the file may have empty lines.");
        }
        int size = builder.size();
        if (size == 0 ? timestamp >= MICROSECONDS_FROM : timestamp > builder.nextTimestamp()) {
            jump(timestamp);
        }
        try {
            builder.append(timestamp, open, high, low, close, volume);
        } catch (CandleException e) {
            boolean aboutTime = Math.floorMod(timestamp, Interval.MINUTE_MILLIS) != 0
                    || (size > 0 && timestamp != builder.nextTimestamp());
            throw fault(
                    "at " + CandleException.at(timestamp) + " " + e.found(),
                    e.advice() + (aboutTime ? unitHint(timestamp) : ""));
        }
    }

    /** Fills or refuses a step forward of more than a minute. What is no whole minute is refused by the builder. */
    private void jump(long timestamp) {
        if (timestamp >= MICROSECONDS_FROM) {
            throw fault("timestamp was '" + timestamp + "'", "Epoch milliseconds are needed." + unitHint(timestamp));
        }
        if (Math.floorMod(timestamp, Interval.MINUTE_MILLIS) != 0) {
            return;
        }
        long expected = builder.nextTimestamp();
        long missing = (timestamp - expected) / Interval.MINUTE_MILLIS;
        if (!fillGaps || missing > Candles.LONGEST_GAP_MINUTES) {
            String found = (missing == 1 ? "1 minute is" : missing + " minutes are") + " missing, the first at "
                    + CandleException.at(expected);
            throw fault(
                    found,
                    fillGaps
                            ? "At most " + Candles.LONGEST_GAP_MINUTES
                                    + " are filled. Read the parts as files of their own."
                            : "Add what is missing, or use --fill-gaps to carry the last close forward.");
        }
        Candle last = builder.last();
        gaps.add(new Gap(builder.size(), (int) missing));
        for (int i = 0; i < missing; i++) {
            builder.append(builder.nextTimestamp(), last.close(), last.close(), last.close(), last.close(), 0);
        }
        filled += (int) missing;
    }

    private static String unitHint(long timestamp) {
        if (timestamp >= MICROSECONDS_FROM) {
            return " This looks like "
                    + (timestamp >= MICROSECONDS_FROM * 1000
                            ? "nanoseconds: divide by 1000000."
                            : "microseconds: divide by 1000.");
        }
        boolean seconds = timestamp >= SECONDS_FROM && timestamp < SECONDS_BELOW;
        return seconds ? " This looks like seconds: multiply by 1000." : "";
    }

    private void refuseAnomaly(Candles candles) {
        double lowest = Double.POSITIVE_INFINITY;
        double highestClose = 0;
        for (int i = 0; i < candles.size(); i++) {
            lowest = Math.min(lowest, candles.low(i));
            highestClose = Math.max(highestClose, candles.close(i));
        }
        // the median is at most the highest, so that it is hardly ever needed
        if (lowest >= highestClose / ANOMALY) {
            return;
        }
        double[] closes = candles.closes();
        Arrays.sort(closes);
        int middle = closes.length / 2;
        double median = closes.length % 2 == 1 ? closes[middle] : closes[middle - 1] / 2 + closes[middle] / 2;
        for (int i = 0; i < candles.size(); i++) {
            if (candles.low(i) < median / ANOMALY) {
                line = lineOf(i);
                throw fault(
                        "at " + CandleException.at(candles.timestamp(i)) + " low was "
                                + CandleException.plain(candles.low(i)) + ", below 1/" + ANOMALY
                                + " of the median close " + CandleException.plain(median),
                        "No market does that; correct or remove the data.");
            }
        }
    }

    private long lineOf(int candle) {
        long made = 0;
        for (Gap gap : gaps) {
            made += gap.first() <= candle ? gap.count() : 0;
        }
        // the header is line 1
        return candle - made + 2;
    }

    private CandleException fault(String found, String advice) {
        return new CandleException("Cannot read candles in " + file + ", line " + line + ": " + found + ". " + advice);
    }

    /** Quotes the beginning of a text that may be anything; what does not print shows as a question mark. */
    private static String quoted(String text) {
        String start = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "..." : text;
        return "'" + start.replaceAll("[^ -~]", "?") + "'";
    }
}
