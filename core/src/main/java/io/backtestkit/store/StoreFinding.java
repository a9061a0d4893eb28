package io.backtestkit.store;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a store's examination.
 *
 * @param level how bad it is
 * @param subject what was looked at, for example {@code signal breakout/BTCUSDT}
 * @param found what was found, a clause without a full stop
 * @param advice what to do; the empty string if nothing need be done
 */
public record StoreFinding(Level level, String subject, String found, String advice) {

    /** How bad a finding is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** The promise may be weaker than it looks. */
        WARNING,
        /** A record cannot be read; its key takes no new entry. */
        DAMAGED,
        /** The store cannot be used like this. */
        REFUSED
    }

    /** Reports that the subject is as it should be. */
    public static StoreFinding ok(String subject, String found) {
        return new StoreFinding(Level.OK, subject, found, "");
    }

    /** Reports a signal that can be read. */
    public static StoreFinding readable(Signal signal) {
        String key = signal.key() + " ";
        String shown = signal.toString();
        return ok("signal " + signal.key(), shown.startsWith(key) ? shown.substring(key.length()) : shown);
    }

    /** Reports a log of which every trade can be read. */
    public static StoreFinding readable(SignalKey key, long trades) {
        return ok("trades of " + key, trades + (trades == 1 ? " trade readable" : " trades readable"));
    }

    /** Reports that the promise may be weaker than it looks. */
    public static StoreFinding warning(String subject, String found, String advice) {
        return new StoreFinding(Level.WARNING, subject, found, advice);
    }

    /** Reports a record that cannot be read. */
    public static StoreFinding damaged(String subject, String found, String advice) {
        return new StoreFinding(Level.DAMAGED, subject, found, advice);
    }

    /** Reports that the store cannot be used like this. */
    public static StoreFinding refused(String subject, String found, String advice) {
        return new StoreFinding(Level.REFUSED, subject, found, advice);
    }

    /**
     * Refuses to open a store of which anything was refused.
     *
     * @param store where, as in {@link SignalStore#describe()}
     * @throws StoreRefusedException if so; the message names all of it
     */
    public static void requireNoneRefused(String store, List<StoreFinding> findings) {
        List<StoreFinding> refused = of(Level.REFUSED, findings);
        if (!refused.isEmpty()) {
            String found = refused.stream()
                    .map(finding -> finding.subject + ": " + finding.found)
                    .collect(Collectors.joining("; "));
            String advice =
                    refused.stream().map(StoreFinding::advice).distinct().collect(Collectors.joining(" "));
            throw new StoreRefusedException(StoreFailure.of("open store", store, found, advice), null);
        }
    }

    /** Tells a log every warning among them. */
    public static void logWarnings(String store, List<StoreFinding> findings, System.Logger log) {
        of(Level.WARNING, findings)
                .forEach(finding -> log.log(
                        System.Logger.Level.WARNING,
                        store + ": " + finding.subject + ": " + finding.found + ". " + finding.advice));
    }

    private static List<StoreFinding> of(Level level, List<StoreFinding> findings) {
        return findings.stream().filter(finding -> finding.level == level).toList();
    }
}
