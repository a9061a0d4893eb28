package io.backtestkit.engine;

import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells two trade lists apart: the SHA-256, in hexadecimal, of one line for each ended signal in the order they ended,
 * fields separated by {@code |}: id, position, entry price, take profit, stop loss, scheduled, opened and ended time in
 * epoch milliseconds (empty if none), reason, and for a closed one its closing price and {@code pnlPercent} (bit for bit, in Java's
 * hexadecimal form: how doubles print in decimal has changed between Java versions). Equal lists
 * give equal fingerprints on any machine.
 */
public final class Fingerprint {

    private Fingerprint() {}

    /** Returns the fingerprint of the list; the order counts. */
    public static String of(List<? extends EndedSignal> ended) {
        MessageDigest digest = Sha256.digest();
        for (EndedSignal each : ended) {
            digest.update(line(each).getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String line(EndedSignal ended) {
        Signal signal = ended.signal();
        StringBuilder line = new StringBuilder(160)
                .append(signal.id())
                .append('|')
                .append(signal.position().code())
                .append('|')
                .append(signal.priceOpen().toPlainString())
                .append('|')
                .append(signal.priceTakeProfit().toPlainString())
                .append('|')
                .append(signal.priceStopLoss().toPlainString())
                .append('|')
                .append(signal.scheduledAt().map(Fingerprint::millis).orElse(""))
                .append('|')
                .append(signal.openTimestamp().map(Fingerprint::millis).orElse(""))
                .append('|')
                .append(millis(ended.endedAt()))
                .append('|')
                .append(ended.reasonCode());
        if (ended instanceof ClosedSignal closed) {
            line.append('|')
                    .append(closed.priceClose().toPlainString())
                    .append('|')
                    .append(Double.toHexString(closed.pnlPercent()));
        } else if (ended instanceof CancelledSignal) {
            line.append("||");
        }
        return line.append('\n').toString();
    }

    private static String millis(Instant time) {
        return Long.toString(time.toEpochMilli());
    }
}
