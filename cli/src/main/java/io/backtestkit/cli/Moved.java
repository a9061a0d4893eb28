package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * What came of moving signals.
 *
 * @param from the store or file they come from
 * @param to the store that has them now
 * @param content all that was to be there
 * @param written what was not there before
 */
record Moved(String from, String to, StoreContent content, StoreContent written) {

    /** Returns for example {@code Copied 2 signals and 118 ended ones from ...}. */
    String summary(String did) {
        return did + " " + content.counted() + " from " + from + " to " + to + "; written anew: " + written.counted()
                + ". All were read back and are equal.";
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("from", from);
        json.writeStringField("to", to);
        write(json, content);
        json.writeObjectFieldStart("written");
        write(json, written);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, StoreContent content) throws IOException {
        json.writeNumberField("signals", content.signals().size());
        json.writeNumberField("ended", content.ended().size());
    }
}
