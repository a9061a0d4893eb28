package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * One line of a trade log, ended by a line feed. The checksum is the CRC-32C of the bytes of the trade, in lower-case
 * hexadecimal digits:
 *
 * <pre>
 * {"checksum":"5c1e09aa","trade":{...as in {@link SignalCodec#encodeEnded}...}}
 * </pre>
 */
final class TradeLine {

    private static final int HEAD_LENGTH = head(0).length();

    private TradeLine() {}

    /** Returns the line, its line feed included. */
    static byte[] encode(EndedSignal ended) {
        byte[] trade = SignalCodec.encodeEnded(ended).getBytes(StandardCharsets.UTF_8);
        String line = head(checksum(trade)) + new String(trade, StandardCharsets.UTF_8) + "}\n";
        return line.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns what a line says, given without its line feed.
     *
     * @throws SignalFormatException if a byte is not as it was written, or a newer version wrote it
     */
    static EndedSignal decode(byte[] line) {
        if (line.length <= HEAD_LENGTH + 1 || line[line.length - 1] != '}') {
            throw new SignalFormatException("it is cut off or changed");
        }
        byte[] trade = Arrays.copyOfRange(line, HEAD_LENGTH, line.length - 1);
        String expected = head(checksum(trade));
        String found = new String(line, 0, HEAD_LENGTH, StandardCharsets.ISO_8859_1);
        if (!found.equals(expected)) {
            throw new SignalFormatException("its checksum does not fit what it says");
        }
        return SignalCodec.decodeEnded(new String(trade, StandardCharsets.UTF_8));
    }

    /** Says whether those bytes, which no line feed ends, are a line all the same. */
    static boolean isWhole(byte[] line) {
        try {
            decode(line);
            return true;
        } catch (SignalFormatException e) {
            return false;
        }
    }

    private static String head(int checksum) {
        return String.format(Locale.ROOT, "{\"checksum\":\"%08x\",\"trade\":", checksum);
    }

    private static int checksum(byte[] trade) {
        CRC32C crc = new CRC32C();
        crc.update(trade);
        return (int) crc.getValue();
    }
}
