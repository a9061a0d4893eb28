package io.backtestkit.store.file;

import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What is kept about the claims of a slot, three lines; the epoch stays when the claim is released:
 *
 * <pre>
 * {"format":"backtest-kit claim","version":1,"strategy":"breakout","symbol":"BTCUSDT",
 * "epoch":7,"owner":"process 4711 on trader-1, 1c8e4b0f-88123-2","until":1768469460000,
 * "checksum":"77b0d3f1"}
 * </pre>
 *
 * <p>{@code checksum} is the CRC-32C of every byte before its own line, in lower-case hexadecimal digits.
 *
 * @param key the slot
 * @param epoch the largest epoch a claim of it had; 0 if there never was a claim
 * @param owner who has it; the empty string if nobody has
 * @param until when the lease runs out, to the millisecond; means nothing if nobody has it
 */
record StoredClaim(SignalKey key, long epoch, String owner, Instant until) {

    private static final int VERSION = 1;
    private static final String START = "{\"format\":\"backtest-kit claim\",\"version\":";
    private static final int TRAILER_LENGTH = trailer(new byte[0]).length();
    private static final String TEXT = "\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"";
    private static final Pattern FORM = Pattern.compile(
            Pattern.quote(START) + "(\\d{1,9})(?:,\"strategy\":" + TEXT + ",\"symbol\":" + TEXT
                    + ",\n\"epoch\":(\\d{1,18}),\"owner\":" + TEXT + ",\"until\":(-?\\d{1,18}))?.*",
            Pattern.DOTALL);
    private static final Pattern ESCAPED = Pattern.compile("\\\\(?:u([0-9a-f]{4})|(.))");

    /** Describes a slot that was never claimed. */
    static StoredClaim none(SignalKey key) {
        return released(key, 0);
    }

    /** Describes a slot that nobody has. */
    static StoredClaim released(SignalKey key, long epoch) {
        return new StoredClaim(key, epoch, "", Instant.EPOCH);
    }

    static StoredClaim of(Claim claim) {
        return new StoredClaim(claim.key(), claim.epoch(), claim.owner(), claim.until());
    }

    /** Returns the newest claim, also if its lease has run out; empty if nobody has the slot. */
    Optional<Claim> holder() {
        return owner.isEmpty() ? Optional.empty() : Optional.of(new Claim(key, owner, epoch, until));
    }

    /** Says whether a lease runs at that time. */
    boolean inForce(Instant now) {
        return !owner.isEmpty() && now.isBefore(until);
    }

    /** Says whether that claim is the slot's. */
    boolean isHeldBy(Claim claim) {
        return epoch == claim.epoch() && owner.equals(claim.owner());
    }

    /** Returns the bytes to store. */
    byte[] seal() {
        String text = START + VERSION + ",\"strategy\":" + quoted(key.strategy()) + ",\"symbol\":"
                + quoted(key.symbol()) + ",\n\"epoch\":" + epoch + ",\"owner\":" + quoted(owner) + ",\"until\":"
                + until.toEpochMilli();
        return (text + trailer(text.getBytes(StandardCharsets.UTF_8))).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Checks the bytes of that file and returns what they hold.
     *
     * @throws SignalFormatException if a byte is not as it was written, a newer version wrote it, or it is of another slot
     */
    static StoredClaim open(DataFolder folder, Path file, byte[] bytes) {
        StoredClaim found = open(bytes);
        if (!FileNames.claim(folder.base(), found.key()).equals(file)) {
            throw new SignalFormatException("its claim is foreign: it belongs to " + found.key());
        }
        return found;
    }

    static StoredClaim open(byte[] bytes) {
        if (bytes.length <= START.length() + TRAILER_LENGTH) {
            throw new SignalFormatException("its claim is cut off after " + bytes.length + " bytes");
        }
        byte[] content = Arrays.copyOf(bytes, bytes.length - TRAILER_LENGTH);
        String trailer = new String(bytes, content.length, TRAILER_LENGTH, StandardCharsets.ISO_8859_1);
        if (!trailer.equals(trailer(content))) {
            throw new SignalFormatException("the checksum of its claim does not fit what it says");
        }
        Matcher fields = FORM.matcher(new String(content, StandardCharsets.UTF_8));
        if (!fields.matches()) {
            throw new SignalFormatException("its claim does not begin like one");
        }
        if (Integer.parseInt(fields.group(1)) > VERSION) {
            throw new SignalFormatException("the version of its claim was " + fields.group(1)
                    + ", this program reads up to " + VERSION + "; a newer version of the program wrote it");
        }
        if (fields.group(2) == null) {
            throw new SignalFormatException("its claim lacks a field");
        }
        try {
            return new StoredClaim(
                    new SignalKey(text(fields.group(2)), text(fields.group(3))),
                    Long.parseLong(fields.group(4)),
                    text(fields.group(5)),
                    Instant.ofEpochMilli(Long.parseLong(fields.group(6))));
        } catch (IllegalArgumentException e) {
            throw new SignalFormatException("its claim is of no slot: " + e.getMessage(), e);
        }
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private static String text(String quoted) {
        return ESCAPED.matcher(quoted)
                .replaceAll(found -> Matcher.quoteReplacement(
                        found.group(1) != null
                                ? String.valueOf((char) Integer.parseInt(found.group(1), 16))
                                : found.group(2)));
    }

    /** Returns the line that seals those bytes. */
    static String trailer(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return String.format(Locale.ROOT, ",\n\"checksum\":\"%08x\"}\n", crc.getValue());
    }
}
