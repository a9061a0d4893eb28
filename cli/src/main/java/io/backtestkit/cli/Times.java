package io.backtestkit.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Times as people read and write them: UTC. */
final class Times {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private Times() {}

    /** Returns for example {@code 2013-11-25 14:30}. */
    static String minute(Instant time) {
        return MINUTE.format(time);
    }

    static String minute(long epochMillis) {
        return minute(Instant.ofEpochMilli(epochMillis));
    }

    /** Returns for example {@code 12h 05m}. */
    static String span(Instant from, Instant to) {
        long minutes = (to.toEpochMilli() - from.toEpochMilli()) / 60_000;
        return minutes < 60 ? minutes + "m" : String.format(Locale.ROOT, "%dh %02dm", minutes / 60, minutes % 60);
    }

    /**
     * Reads epoch milliseconds, or ISO-8601; without a zone it is UTC.
     *
     * @throws CommandFailure if it is neither, or in no year from 1 to 9999
     */
    static long parse(String option, String text) {
        try {
            long millis = millis(text);
            if (millis >= FIRST && millis <= LAST) {
                return millis;
            }
        } catch (ArithmeticException e) {
            // a year that milliseconds do not reach
        } catch (DateTimeParseException | NumberFormatException e) {
            throw CommandFailure.wrongUse("Cannot use " + option + " '" + text
                    + "': it is not a time. Write epoch milliseconds, or for example 2013-11-26T10:00:00Z.");
        }
        throw CommandFailure.wrongUse("Cannot use " + option + " '" + text
                + "': it is in no year from 1 to 9999. Write epoch milliseconds, or for example 2013-11-26T10:00:00Z.");
    }

    private static long millis(String text) {
        if (text.matches("-?\\d+")) {
            return Long.parseLong(text);
        }
        if (text.matches("\\d{4}-\\d\\d-\\d\\d")) {
            return LocalDate.parse(text)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant()
                    .toEpochMilli();
        }
        return text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)")
                ? DateTimeFormatter.ISO_OFFSET_DATE_TIME
                        .parse(text, Instant::from)
                        .toEpochMilli()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli();
    }
}
