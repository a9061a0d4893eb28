package io.backtestkit.market;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPOutputStream;

/** Writes one file of candles. Used once, by one thread. */
final class CandleCsvWriter {

    private static final int FLUSH_FROM = 1 << 16;
    private static final double EXACT_BELOW = 1L << 53;

    private final OutputStream out;
    private final StringBuilder text = new StringBuilder(FLUSH_FROM + 1024);

    private CandleCsvWriter(OutputStream out) {
        this.out = out;
    }

    static void write(Path file, Candles candles) {
        if (candles.interval() != Interval.ONE_MINUTE) {
            throw new IllegalArgumentException("Cannot write candles to " + file + ": they were of "
                    + candles.interval().code() + ". Files hold one-minute candles only.");
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (OutputStream raw = Files.newOutputStream(part);
                    OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw, FLUSH_FROM) : raw) {
                new CandleCsvWriter(out).writeAll(candles);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot write candles to " + file + ": '" + e
                            + "'. Check that the folder exists and may be written.",
                    e);
        }
    }

    private void writeAll(Candles candles) throws IOException {
        text.append(CandleCsv.HEADER).append('\n');
        for (int i = 0; i < candles.size(); i++) {
            text.append(candles.timestamp(i)).append(',');
            append(candles.open(i)).append(',');
            append(candles.high(i)).append(',');
            append(candles.low(i)).append(',');
            append(candles.close(i)).append(',');
            append(candles.volume(i)).append('\n');
            if (text.length() >= FLUSH_FROM) {
                flush();
            }
        }
        flush();
    }

    private void flush() throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        text.setLength(0);
    }

    /**
     * Appends the shortest plain decimal that reads back as {@code number}: the fewest decimal places for which a whole
     * number below 2^53 divided by a power of ten is exactly it. {@link Double#toString} would do neither: it writes
     * exponents, and before Java 19 not always the fewest digits.
     */
    private StringBuilder append(double number) {
        for (int places = 0; places < CsvBytes.POWERS_OF_TEN.length; places++) {
            double power = CsvBytes.POWERS_OF_TEN[places];
            double digits = Math.rint(number * power);
            if (digits >= EXACT_BELOW) {
                break;
            }
            if (digits / power == number) {
                return appendScaled((long) digits, places);
            }
        }
        return text.append(shortest(number));
    }

    private StringBuilder appendScaled(long digits, int places) {
        if (places == 0) {
            return text.append(digits);
        }
        int start = text.length();
        text.append(digits);
        int missingZeros = places + 1 - (text.length() - start);
        if (missingZeros > 0) {
            text.insert(start, "0".repeat(missingZeros));
        }
        return text.insert(text.length() - places, '.');
    }

    private static String shortest(double number) {
        BigDecimal exact = new BigDecimal(number);
        for (int digits = 15; digits < 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (Double.parseDouble(rounded.toString()) == number) {
                return rounded.stripTrailingZeros().toPlainString();
            }
        }
        // seventeen digits tell every double from every other
        return exact.round(new MathContext(17)).stripTrailingZeros().toPlainString();
    }
}
