package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * The bytes of signals and trades, with checksums that the server's scripts can check too. A record:
 *
 * <pre>
 * schema    1
 * epoch     0
 * version   42
 * sum       5d41402abc4b2a76b9719d911017c592a1b2c3d4
 * body      {"schema":1,"id":"a1","strategy":"breakout","symbol":"BTCUSDT",...as in {@link SignalCodec}...}
 * </pre>
 *
 * <p>{@code sum} is the SHA-1 of a digest, epoch and version, joined by line feeds; the digest is that of the slot's encoded
 * name, schema and body, and all of it that a writer knows. The sum finds bytes that changed, and records that were renamed.
 * {@code version} counts the writes to the slot. An entry of the trade log is the SHA-1 of the slot's encoded name, a line
 * feed and the trade; a space; the trade as in {@link SignalCodec#encodeEnded}.
 */
final class RedisRecord {

    static final byte[] SCHEMA = String.valueOf(SignalCodec.SCHEMA).getBytes(UTF_8);

    private static final int SUM_LENGTH = 40;

    private RedisRecord() {}

    /** Returns the SHA-1 of the parts, joined by line feeds, in hexadecimal digits. */
    static byte[] sum(byte[]... parts) {
        MessageDigest sha1 = sha1();
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                sha1.update((byte) '\n');
            }
            sha1.update(parts[i]);
        }
        return HexFormat.of().formatHex(sha1.digest()).getBytes(US_ASCII);
    }

    /** Returns the digest of what a writer knows of a record. */
    static byte[] digest(String slot, byte[] schema, byte[] body) {
        return sum(slot.getBytes(US_ASCII), schema, body);
    }

    /**
     * Checks the fields of a record and returns its signal.
     *
     * @throws SignalFormatException if a byte is not as it was written, or a newer version wrote it
     */
    static Signal signal(SignalKey key, Map<String, byte[]> fields) {
        byte[] schema = field(fields, "schema");
        byte[] epoch = field(fields, "epoch");
        byte[] version = field(fields, "version");
        byte[] found = field(fields, "sum");
        byte[] body = field(fields, "body");
        String text = new String(body, UTF_8);
        if (!Arrays.equals(schema, SCHEMA)) {
            SignalCodec.decode(text);
            throw new SignalFormatException("its schema version was '" + shown(schema) + "'");
        }
        byte[] expected = sum(digest(RedisNames.slot(key), schema, body), epoch, version);
        if (!Arrays.equals(found, expected)) {
            throw new SignalFormatException("the checksum was " + shown(found) + ", expected " + shown(expected));
        }
        Signal signal = SignalCodec.decode(text);
        if (!signal.key().equals(key)) {
            throw new SignalFormatException("it is the signal of " + signal.key());
        }
        return signal;
    }

    static byte[] entry(EndedSignal ended) {
        byte[] trade = SignalCodec.encodeEnded(ended).getBytes(UTF_8);
        byte[] entry = Arrays.copyOf(entrySum(ended.signal().key(), trade), SUM_LENGTH + 1 + trade.length);
        entry[SUM_LENGTH] = ' ';
        System.arraycopy(trade, 0, entry, SUM_LENGTH + 1, trade.length);
        return entry;
    }

    /**
     * Checks an entry of a trade log and returns what it says.
     *
     * @throws SignalFormatException if a byte is not as it was written, or a newer version wrote it
     */
    static EndedSignal ended(SignalKey key, byte[] entry) {
        if (entry.length <= SUM_LENGTH + 1 || entry[SUM_LENGTH] != ' ') {
            throw new SignalFormatException("it is cut off or changed");
        }
        byte[] trade = Arrays.copyOfRange(entry, SUM_LENGTH + 1, entry.length);
        if (!Arrays.equals(Arrays.copyOf(entry, SUM_LENGTH), entrySum(key, trade))) {
            throw new SignalFormatException("its checksum does not fit what it says");
        }
        return SignalCodec.decodeEnded(new String(trade, UTF_8));
    }

    /** Returns what tells the entries of a log apart. */
    static byte[] id(EndedSignal ended) {
        return (ended.signal().createdAt().toEpochMilli() + ":" + ended.signal().id()).getBytes(UTF_8);
    }

    private static byte[] field(Map<String, byte[]> fields, String name) {
        byte[] value = fields.get(name);
        if (value == null) {
            throw new SignalFormatException("its field '" + name + "' is missing");
        }
        return value;
    }

    private static byte[] entrySum(SignalKey key, byte[] trade) {
        return sum(RedisNames.slot(key).getBytes(US_ASCII), trade);
    }

    private static String shown(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, SUM_LENGTH), UTF_8);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
