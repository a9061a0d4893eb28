package io.backtestkit.testkit;

import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/** What can have happened to a stored record. */
public enum Damage {
    /** The second half is gone. */
    TRUNCATED {
        @Override
        public byte[] of(byte[] stored) {
            return Arrays.copyOf(stored, stored.length / 2);
        }
    },
    /** One bit changed, so that a price is another valid price: only a checksum can tell. */
    FLIPPED_BIT {
        @Override
        public byte[] of(byte[] stored) {
            byte[] flipped = stored.clone();
            int price = text(stored).indexOf(PRICE);
            flipped[price < 0 ? stored.length / 2 : price + PRICE.length()] ^= 1;
            return flipped;
        }
    },
    /** The record is there, with nothing in it. */
    EMPTIED {
        @Override
        public byte[] of(byte[] stored) {
            return new byte[0];
        }
    },
    /** Another program's valid JSON. */
    FOREIGN_TEXT {
        @Override
        public byte[] of(byte[] stored) {
            return "{\"greeting\":\"this is no signal\"}\n".getBytes(StandardCharsets.UTF_8);
        }
    },
    /** Whole, and written by a later version of the program. */
    NEWER_VERSION {
        @Override
        public byte[] of(byte[] stored) {
            return resealed(
                    stored,
                    json -> json.replaceFirst("\"schema\":\\s*\\d+", "\"schema\":" + (SignalCodec.SCHEMA + 1_000)));
        }
    },
    /** Whole, and another slot's: as after a restored copy, or a row whose key somebody edited. */
    OTHER_KEY {
        @Override
        public byte[] of(byte[] stored) {
            return resealed(stored, json -> json.replaceFirst("(\"symbol\":\\s*\")", "$1OTHER-"));
        }
    };

    private static final String PRICE = "\"priceOpen\":\"";
    private static final String ENVELOPE_SIGNAL = ",\n\"signal\":";
    private static final String ENVELOPE_CHECKSUM = ",\n\"checksum\":\"";

    /**
     * Returns a damaged copy of what is stored, for stores that keep the bytes of a {@link SignalEnvelope}, or the text of
     * {@link SignalCodec} in UTF-8.
     */
    public abstract byte[] of(byte[] stored);

    /** Changes the JSON of the signal, and seals it again if it was in an envelope. */
    private static byte[] resealed(byte[] stored, UnaryOperator<String> change) {
        String text = text(stored);
        int signal = text.indexOf(ENVELOPE_SIGNAL);
        int trailer = text.lastIndexOf(ENVELOPE_CHECKSUM);
        if (signal < 0 || trailer < 0) {
            return bytes(change.apply(text));
        }
        String body = change.apply(text.substring(signal + ENVELOPE_SIGNAL.length(), trailer));
        String header = text.substring(0, text.lastIndexOf(':', signal) + 1);
        byte[] content = bytes(header + body.length() + ENVELOPE_SIGNAL + body);
        CRC32C checksum = new CRC32C();
        checksum.update(content);
        String end = String.format(Locale.ROOT, "%s%08x\"}\n", ENVELOPE_CHECKSUM, checksum.getValue());
        return bytes(text(content) + end);
    }

    /** One character is one byte, whatever the encoding. */
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
