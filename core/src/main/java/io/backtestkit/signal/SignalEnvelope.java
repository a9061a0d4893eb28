package io.backtestkit.signal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A signal sealed for a store that does not protect its bytes itself: readable JSON in which every flipped bit and every
 * truncation is detected. Four lines, the last one ended by a line feed:
 *
 * <pre>
 * {"format":"backtest-kit signal","version":1,"epoch":0,"length":409,
 * "signal":{...as in {@link SignalCodec}...},
 * "checksum":"77b0d3f1"}
 * </pre>
 *
 * <p>{@code length} counts the bytes of the signal's JSON; {@code checksum} is the CRC-32C of every byte before its own
 * line, in lower-case hexadecimal digits. The file must be these bytes exactly: white space counts.
 *
 * @param signal the signal; it carries its own key
 * @param epoch the epoch of the claim it was written under; 0 without claims, or if the store does not tell. It is
 *     information, for people and for a store that lost what it kept about the claims: no change is let in or refused by it
 */
public record SignalEnvelope(Signal signal, long epoch) {

    /** The envelope version written, and the highest one read. */
    public static final int VERSION = 1;

    private static final String FORMAT = "{\"format\":\"backtest-kit signal\",\"version\":";
    private static final String SIGNAL = ",\n\"signal\":";
    private static final int TRAILER_LENGTH = trailer(0).length();

    /** Returns the bytes to store, UTF-8. */
    public byte[] seal() {
        String body = SignalCodec.encode(signal);
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        String text = FORMAT + VERSION + ",\"epoch\":" + epoch + ",\"length\":" + length + SIGNAL + body;
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        byte[] trailer = trailer(checksum(content, content.length)).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(content.length + trailer.length)
                .put(content)
                .put(trailer)
                .array();
    }

    /**
     * Checks the bytes and returns what they hold.
     *
     * @throws SignalFormatException if a byte is not as it was written, or a newer version wrote it
     */
    public static SignalEnvelope open(byte[] bytes) {
        if (bytes.length == 0) {
            throw new SignalFormatException("it is empty");
        }
        String start = ascii(bytes, 0, Math.min(bytes.length, FORMAT.length()));
        if (!start.equals(FORMAT)) {
            throw new SignalFormatException("it does not begin like a stored signal");
        }
        if (bytes.length < FORMAT.length() + SIGNAL.length() + TRAILER_LENGTH) {
            throw new SignalFormatException("it is cut off after " + bytes.length + " bytes");
        }
        int contentLength = bytes.length - TRAILER_LENGTH;
        String expected = trailer(checksum(bytes, contentLength));
        String found = ascii(bytes, contentLength, TRAILER_LENGTH);
        if (!found.equals(expected)) {
            throw new SignalFormatException(describeWrongTrailer(found, expected));
        }
        String text = utf8(bytes, contentLength);
        int signalAt = text.indexOf(SIGNAL);
        if (signalAt < 0) {
            throw new SignalFormatException("it has no field 'signal'");
        }
        JsonFields header = JsonFields.parse(text.substring(0, signalAt) + "}");
        header.text("format");
        long version = header.wholeNumber("version");
        if (version > VERSION) {
            throw new SignalFormatException("its envelope version was " + version + ", this program reads up to "
                    + VERSION + "; a newer version of the program wrote it");
        }
        long epoch = header.wholeNumber("epoch");
        long length = header.wholeNumber("length");
        String body = text.substring(signalAt + SIGNAL.length());
        int bodyLength = body.getBytes(StandardCharsets.UTF_8).length;
        if (length != bodyLength) {
            throw new SignalFormatException("the length was " + bodyLength + ", expected " + length);
        }
        return new SignalEnvelope(SignalCodec.decode(body), epoch);
    }

    private static String describeWrongTrailer(String found, String expected) {
        int digits = found.indexOf("\"checksum\":\"") + "\"checksum\":\"".length();
        if (digits < "\"checksum\":\"".length() || found.length() < digits + 8) {
            return "it does not end in a checksum, so it is cut off or changed";
        }
        return "the checksum was " + found.substring(digits, digits + 8) + ", expected "
                + expected.substring(digits, digits + 8);
    }

    private static String trailer(int checksum) {
        return ",\n\"checksum\":\"" + HexFormat.of().toHexDigits(checksum) + "\"}\n";
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static String ascii(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    private static String utf8(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SignalFormatException("it is not valid UTF-8", e);
        }
    }
}
