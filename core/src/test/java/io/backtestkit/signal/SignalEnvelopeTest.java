package io.backtestkit.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SignalEnvelopeTest {

    private static final byte[] SEALED = new SignalEnvelope(GoldenSignals.openLong(), 42).seal();

    private static void assertRefused(byte[] bytes, String found) {
        assertThatExceptionOfType(SignalFormatException.class)
                .as(() -> new String(bytes, StandardCharsets.UTF_8))
                .isThrownBy(() -> SignalEnvelope.open(bytes))
                .withMessageContaining(found);
    }

    /** Seals any text with a valid checksum. */
    private static byte[] sealed(String header, String body) {
        String content = header + ",\n\"signal\":" + body;
        CRC32C checksum = new CRC32C();
        checksum.update(content.getBytes(StandardCharsets.UTF_8));
        String trailer = ",\n\"checksum\":\"" + String.format("%08x", checksum.getValue()) + "\"}\n";
        return (content + trailer).getBytes(StandardCharsets.UTF_8);
    }

    private static String header(int version, int length) {
        return "{\"format\":\"backtest-kit signal\",\"version\":" + version + ",\"epoch\":42,\"length\":" + length;
    }

    @Test
    void whatWasSealedIsOpened() {
        assertThat(SignalEnvelope.open(SEALED)).isEqualTo(new SignalEnvelope(GoldenSignals.openLong(), 42));
    }

    @Test
    void theSealedFormIsReadableJson() {
        String body = SignalCodec.encode(GoldenSignals.openLong());

        assertThat(SEALED).isEqualTo(sealed(header(1, body.length()), body));
        assertThat(JsonFields.parse(new String(SEALED, StandardCharsets.UTF_8)).wholeNumber("epoch"))
                .isEqualTo(42);
    }

    @Test
    void everyFlippedBitIsDetected() {
        for (int bit = 0; bit < SEALED.length * 8; bit++) {
            byte[] flipped = SEALED.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(flipped, "");
        }
    }

    @Test
    void everyTruncationIsDetected() {
        for (int length = 0; length < SEALED.length; length++) {
            assertRefused(Arrays.copyOf(SEALED, length), "");
            assertRefused(Arrays.copyOfRange(SEALED, SEALED.length - length, SEALED.length), "");
        }
    }

    @Test
    void everyAppendedByteIsDetected() {
        for (byte extra : new byte[] {0, ' ', '\n', '}', (byte) 0xFF}) {
            byte[] longer = Arrays.copyOf(SEALED, SEALED.length + 1);
            longer[SEALED.length] = extra;
            assertRefused(longer, "");
        }
    }

    @Test
    void whatWasFoundIsNamed() {
        byte[] changed = SEALED.clone();
        changed[100] ^= 1;

        assertRefused(new byte[0], "it is empty");
        assertRefused("hello".getBytes(StandardCharsets.UTF_8), "it does not begin like a stored signal");
        assertRefused(Arrays.copyOf(SEALED, 60), "it is cut off after 60 bytes");
        assertRefused(Arrays.copyOf(SEALED, 300), "it does not end in a checksum");
        assertRefused(changed, "the checksum was ");
        assertRefused(new byte[1_000], "it does not begin like a stored signal");
    }

    @Test
    void aNewerVersionIsRefusedThoughItsChecksumIsRight() {
        String body = SignalCodec.encode(GoldenSignals.openLong());

        assertRefused(
                sealed(header(2, body.length()), body),
                "its envelope version was 2, this program reads up to 1; a newer");
        assertRefused(
                sealed(header(1, body.length()), body.replace("\"schema\":1", "\"schema\":9")),
                "its schema version was 9");
    }

    @Test
    void aWrongLengthIsRefusedThoughTheChecksumIsRight() {
        String body = SignalCodec.encode(GoldenSignals.openLong());

        assertRefused(sealed(header(1, 7), body), "the length was " + body.length() + ", expected 7");
        assertRefused(sealed("{\"format\":\"backtest-kit signal\",\"version\":1", body), "field 'epoch' is missing");
        assertRefused(sealed("{\"format\":\"backtest-kit signal\",\"version\":x", body), "it is not valid JSON");
        assertRefused(sealed(header(1, 2), "{}"), "it has no field 'schema'");
    }
}
