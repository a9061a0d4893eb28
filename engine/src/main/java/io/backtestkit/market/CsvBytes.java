package io.backtestkit.market;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads plain numbers straight from the bytes of a file, without an object for each line. What is not a plain number is
 * left for {@link #line()}, which returns the whole line as text. Not for use by several threads.
 *
 * <p>The buffer always holds a whole line (or the end of the file) from where a line begins, and a line feed behind its
 * last byte, so that no loop needs to ask for the end.
 */
final class CsvBytes {

    /** What {@link #whole()} returns instead of a number. */
    static final long NOT_WHOLE = -1;

    /** The longest line, in bytes. */
    static final int LONGEST_LINE = 4096;

    private static final int CHUNK = 1 << 18;
    private static final int MOST_DIGITS = 18;
    private static final long EXACT_BELOW = 1L << 53;

    /** The powers of ten that are exact in a double. */
    static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private final InputStream in;
    private final Runnable afterRead;
    private final byte[] bytes = new byte[CHUNK + 1];
    private int lineStart;
    private int at;
    private int limit;
    private boolean ended;

    CsvBytes(InputStream in, Runnable afterRead) {
        this.in = in;
        this.afterRead = afterRead;
    }

    /** Goes to where the next line begins. Returns false if there is none. */
    boolean nextLine() throws IOException {
        if (limit - at < LONGEST_LINE && !ended) {
            refill();
        }
        lineStart = at;
        return at < limit;
    }

    private void refill() throws IOException {
        System.arraycopy(bytes, at, bytes, 0, limit - at);
        limit -= at;
        at = 0;
        int read = in.readNBytes(bytes, limit, CHUNK - limit);
        limit += read;
        ended = limit < CHUNK;
        bytes[limit] = '\n';
        afterRead.run();
    }

    /** Skips these bytes if they come next. */
    void skip(int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if (at + i >= limit || bytes[at + i] != (byte) expected[i]) {
                return;
            }
        }
        at += expected.length;
        lineStart = at;
    }

    /** Estimates from what was read so far how many lines {@code size} bytes hold. */
    long linesIn(long size) {
        long lines = 0;
        for (int i = 0; i < limit; i++) {
            lines += bytes[i] == '\n' ? 1 : 0;
        }
        return limit == 0 ? 0 : (lines + 1) * size / limit;
    }

    /** Returns the whole number up to the next comma and goes behind it; {@link #NOT_WHOLE} if it is not one. */
    long whole() {
        byte[] b = bytes;
        int i = at;
        long number = 0;
        int digit;
        while ((digit = b[i] - '0') >= 0 && digit <= 9) {
            number = number * 10 + digit;
            i++;
        }
        int digits = i - at;
        if (b[i] != ',' || digits == 0 || digits > MOST_DIGITS) {
            return NOT_WHOLE;
        }
        at = i + 1;
        return number;
    }

    /**
     * Returns the plain decimal number up to the next comma (or, the last of a line, up to its end) and goes behind it; NaN
     * if it is not one.
     *
     * <p>Correctly rounded: a whole number below 2^53 and a power of ten up to 10^22 are exact, so that their one division
     * is (Clinger, "How to Read Floating Point Numbers Accurately", 1990); the rest is left to the JDK.
     */
    double decimal(boolean last) {
        byte[] b = bytes;
        int start = at;
        int i = start;
        long mantissa = 0;
        int digit;
        while ((digit = b[i] - '0') >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            i++;
        }
        int digits = i - start;
        int scale = 0;
        if (b[i] == '.') {
            int point = i++;
            while ((digit = b[i] - '0') >= 0 && digit <= 9) {
                mantissa = mantissa * 10 + digit;
                i++;
            }
            scale = i - point - 1;
            digits += scale;
        }
        int end = i;
        if (last && b[i] == '\r') {
            i++;
        }
        // a line feed at the limit is ours; before the end of the file it means that the line is too long
        if (b[i] != (last ? '\n' : ',') || digits == 0 || (i == limit && !ended)) {
            return Double.NaN;
        }
        at = i + 1;
        if (digits <= MOST_DIGITS && mantissa < EXACT_BELOW) {
            return mantissa / POWERS_OF_TEN[scale];
        }
        return Double.parseDouble(new String(b, start, end - start, StandardCharsets.ISO_8859_1));
    }

    /** Returns the line from its beginning without its end, and goes behind it; cut off if it is too long. */
    String line() {
        int end = lineStart;
        while (end < limit && bytes[end] != '\n') {
            end++;
        }
        at = end < limit ? end + 1 : end;
        int textEnd = end > lineStart && bytes[end - 1] == '\r' ? end - 1 : end;
        int length = Math.min(textEnd - lineStart, LONGEST_LINE);
        return new String(bytes, lineStart, length, StandardCharsets.ISO_8859_1);
    }
}
