package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The records of a store as they were found, the damaged ones too. */
final class StoredSignals {

    /**
     * One slot.
     *
     * @param key whose
     * @param signal the record; null if it is damaged
     * @param damage why it cannot be read; null if it can
     */
    record Found(
            SignalKey key,
            @Nullable Signal signal,
            @Nullable UnreadableSignalException damage) {}

    /**
     * What was asked for.
     *
     * @param store where
     * @param found the slots that are not free
     * @param keyless what may be asked for, too, but no key tells
     */
    record All(String store, List<Found> found, List<StoreFinding> keyless) {

        static All of(SignalStore opened, KeyFilter filter) {
            List<SignalKey> keys = filter.of(() -> Listing.keys("list the signals of", opened));
            return new All(opened.describe(), read(opened, keys), filter.namesOne() ? List.of() : opened.keyless());
        }

        boolean isEmpty() {
            return found.isEmpty() && keyless.isEmpty();
        }
    }

    private StoredSignals() {}

    /** Reads the slots; one that was freed in the meantime is left out. */
    static List<Found> read(SignalStore store, List<SignalKey> keys) {
        List<Found> all = new ArrayList<>();
        for (SignalKey key : keys) {
            try {
                Optional<Signal> signal = store.read(key);
                signal.ifPresent(found -> all.add(new Found(key, found, null)));
            } catch (UnreadableSignalException e) {
                all.add(new Found(key, null, e));
            }
        }
        return all;
    }

    /** Writes an array of whole records, as they are stored; a damaged one has {@code damaged} and no more than its key. */
    static void write(JsonGenerator json, All all) throws IOException {
        json.writeStartArray();
        for (Found each : all.found()) {
            if (each.signal() != null) {
                json.writeRawValue(SignalCodec.encode(each.signal()));
            } else {
                json.writeStartObject();
                json.writeStringField("strategy", each.key().strategy());
                json.writeStringField("symbol", each.key().symbol());
                json.writeStringField(
                        "damaged", each.damage() == null ? "" : each.damage().found());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }
}
