package io.backtestkit.engine;

import io.backtestkit.signal.SignalKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names signals: the minute of acceptance (UTC) and twelve digits of the key's SHA-256, for example
 * {@code 201311251430-5be1c09a77f2}. The same decision gets the same name in a backtest, live and after a restart; a slot
 * accepts at most one signal a minute, so a name comes once. 25 characters of {@code [0-9a-f-]}: short enough for every
 * exchange's client order id.
 */
final class SignalIds {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuuMMddHHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SignalIds() {}

    static String of(SignalKey key, long time) {
        byte[] digest = Sha256.of((key.strategy() + '\0' + key.symbol()).getBytes(StandardCharsets.UTF_8));
        return MINUTE.format(Instant.ofEpochMilli(time)) + "-" + HexFormat.of().formatHex(digest, 0, 6);
    }
}
