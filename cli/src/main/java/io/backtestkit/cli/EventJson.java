package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.event.Event;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Prices;
import io.backtestkit.signal.Signal;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * Writes an event as one line of JSON for programs. Every line has {@code event}, {@code at}, {@code strategy},
 * {@code symbol}, {@code price} and {@code signal}, the last two null where there is none; {@code error} and
 * {@code recovered} also have {@code activity}; {@code error}, {@code warning} and {@code claim_lost} a {@code message};
 * {@code standby} the {@code holder} of the slot, its {@code epoch} and {@code until} when its lease runs; {@code stopped}
 * has {@code stored}, false if what changed last is not known to be, and {@code ended}, the signal that has ended and that the
 * store may still show, null if there is none.
 */
final class EventJson {

    private EventJson() {}

    /** Returns the line, without its end. */
    static String line(Event event) {
        return line(event, true, Optional.empty());
    }

    /**
     * Returns the line when the store could not be told what changed last.
     *
     * @param ended what has ended of which the store was not told; empty if nothing has
     */
    static String stoppedUnstored(Event.Stopped stopped, Optional<EndedSignal> ended) {
        return line(stopped, false, ended);
    }

    private static String line(Event event, boolean stored, Optional<EndedSignal> untold) {
        return SignalJson.text(json -> {
            json.writeStartObject();
            write(json, event);
            if (event instanceof Event.Stopped) {
                json.writeBooleanField("stored", stored);
                json.writeFieldName("ended");
                write(json, untold);
            }
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, Optional<EndedSignal> ended) throws IOException {
        if (ended.isPresent()) {
            SignalJson.writeEnded(json, ended.get());
        } else {
            json.writeNull();
        }
    }

    private static void write(JsonGenerator json, Event event) throws IOException {
        json.writeStringField("event", name(event));
        json.writeNumberField("at", event.at().toEpochMilli());
        json.writeStringField("strategy", event.key().strategy());
        json.writeStringField("symbol", event.key().symbol());
        if (event instanceof Event.Tick tick && Double.isFinite(tick.price())) {
            json.writeStringField("price", Prices.rounded(tick.price()).toPlainString());
        } else {
            json.writeNullField("price");
        }
        json.writeFieldName("signal");
        writeSignal(json, event);
        if (event instanceof Event.Failed failed) {
            json.writeStringField("activity", failed.activity());
            json.writeStringField("message", failed.message());
        } else if (event instanceof Event.Recovered recovered) {
            json.writeStringField("activity", recovered.activity());
        } else if (event instanceof Event.Warned warned) {
            json.writeStringField("message", warned.message());
        } else if (event instanceof Event.ClaimLost lost) {
            json.writeStringField("message", lost.message());
        } else if (event instanceof Event.StandingBy standby) {
            json.writeStringField("holder", standby.holder().owner());
            json.writeNumberField("epoch", standby.holder().epoch());
            json.writeNumberField("until", standby.holder().until().toEpochMilli());
        }
    }

    private static void writeSignal(JsonGenerator json, Event event) throws IOException {
        Optional<EndedSignal> ended = ended(event);
        Optional<Signal> held = held(event);
        if (ended.isPresent()) {
            SignalJson.writeEnded(json, ended.get());
        } else if (held.isPresent()) {
            SignalJson.writeHeld(json, held.get());
        } else {
            json.writeNull();
        }
    }

    private static Optional<EndedSignal> ended(Event event) {
        if (event instanceof Event.Closed closed) {
            return Optional.of(closed.ended());
        }
        return event instanceof Event.Cancelled cancelled ? Optional.of(cancelled.ended()) : Optional.empty();
    }

    private static Optional<Signal> held(Event event) {
        if (event instanceof Event.Tick tick) {
            return tick.signal();
        }
        if (event instanceof Event.Restored restored) {
            return Optional.of(restored.held());
        }
        return event instanceof Event.Stopped stopped ? stopped.held() : Optional.empty();
    }

    /** Returns what the event is called in the line, for example {@code opened}. */
    static String name(Event event) {
        if (event instanceof Event.Failed) {
            return "error";
        }
        if (event instanceof Event.Warned) {
            return "warning";
        }
        if (event instanceof Event.StandingBy) {
            return "standby";
        }
        return event instanceof Event.ClaimLost
                ? "claim_lost"
                : event.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
