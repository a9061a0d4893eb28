package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of the file of events, as far as it is needed to watch another process.
 *
 * @param event its kind, for example {@code opened}
 * @param at its time, UTC epoch milliseconds
 * @param signal the JSON of its signal as it stands there; null if there is none
 */
record EventLine(String event, long at, @Nullable String signal) {

    private static final Set<String> TICKS =
            Set.of("idle", "scheduled", "waiting", "opened", "active", "closed", "cancelled");

    static EventLine parse(String line) {
        String event = "";
        long at = 0;
        String signal = null;
        try (JsonParser json = SignalJson.FACTORY.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                switch (field) {
                    case "event" -> event = json.getText();
                    case "at" -> at = json.getLongValue();
                    case "signal" -> {
                        if (value == JsonToken.START_OBJECT) {
                            int from = (int) json.currentTokenLocation().getCharOffset();
                            json.skipChildren();
                            signal = line.substring(
                                    from, (int) json.currentLocation().getCharOffset());
                        }
                    }
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a line of events: '" + line + "' is not one.", e);
        }
        return new EventLine(event, at, signal);
    }

    /** Returns the fields of a flat JSON object as text by name; those that are null are left out. */
    static Map<String, String> fields(String object) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = SignalJson.FACTORY.createParser(object)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_NULL) {
                    fields.put(name, json.getText());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read a signal: '" + object + "' is not one.", e);
        }
        return fields;
    }

    /** Says whether it is the outcome of a tick. */
    boolean isTick() {
        return TICKS.contains(event);
    }

    /** Says whether it is about the session and not about what is held; such lines may come first. */
    boolean isWarning() {
        return event.equals("warning");
    }

    /** Says whether a position is held after it. */
    boolean isOpen() {
        return event.equals("opened") || event.equals("active");
    }
}
