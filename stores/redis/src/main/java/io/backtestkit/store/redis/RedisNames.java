package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The names of the server's keys: {@code signal:breakout:BTCUSDT}, or {@code signal:{breakout:BTCUSDT}} if all keys of a
 * slot must be on one server of a cluster.
 *
 * @param clustered whether the part that tells slots apart stands in braces
 */
record RedisNames(boolean clustered) {

    private static final String PLAIN = "._-";

    /** Returns {@code strategy:symbol}, encoded: it goes into checksums and is the same with and without a cluster. */
    static String slot(SignalKey key) {
        return encoded(key.strategy()) + ":" + encoded(key.symbol());
    }

    String name(String kind, SignalKey key) {
        return name(kind, slot(key));
    }

    /** Returns the name for a slot that {@link #slot} gave. */
    String name(String kind, String slot) {
        return clustered ? kind + ":{" + slot + "}" : kind + ":" + slot;
    }

    /** Returns the slot a name was made of; empty if {@link #name} never makes that name. */
    Optional<SignalKey> key(String kind, String name) {
        int start = kind.length() + 1 + (clustered ? 1 : 0);
        int end = name.length() - (clustered ? 1 : 0);
        if (end <= start) {
            return Optional.empty();
        }
        String[] parts = name.substring(start, end).split(":", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            SignalKey key = new SignalKey(decoded(parts[0]), decoded(parts[1]));
            return Optional.of(key).filter(made -> name(kind, made).equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || PLAIN.indexOf(c) >= 0;
    }

    private static boolean isPlain(String part) {
        for (int i = 0; i < part.length(); i++) {
            if (!isPlain(part.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static String encoded(String part) {
        if (isPlain(part)) {
            return part;
        }
        StringBuilder text = new StringBuilder(part.length() + 8);
        for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b)) {
                text.append((char) b);
            } else {
                text.append('%').append(HexFormat.of().toHexDigits(b).toUpperCase(Locale.ROOT));
            }
        }
        return text.toString();
    }

    private static String decoded(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%' && i + 2 < text.length()) {
                bytes[length++] = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
