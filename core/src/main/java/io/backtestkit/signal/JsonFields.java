package io.backtestkit.signal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object, taken out one by one; what is left over was unknown.
 *
 * <p>Reads without surprises: no duplicate field, no deep nesting, no endless number, nothing after the end.
 */
final class JsonFields {

    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNumberLength(100)
                    .maxNameLength(70_000)
                    .maxStringLength(70_000)
                    .build())
            .build();

    /** Room for the fields of an ordinary signal. */
    private static final int FIELDS = 32;

    /** A number, kept as it was written. */
    private record RawNumber(String text) {}

    private final String path;
    private final Map<String, @Nullable Object> fields;

    private JsonFields(String path, Map<String, @Nullable Object> fields) {
        this.path = path;
        this.fields = fields;
    }

    static JsonFields parse(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new SignalFormatException("it is not a JSON object");
            }
            Map<String, @Nullable Object> fields = readObject(parser);
            if (parser.nextToken() != null) {
                throw new SignalFormatException("something follows the end of the JSON object");
            }
            return new JsonFields("", fields);
        } catch (JsonProcessingException e) {
            throw new SignalFormatException("it is not valid JSON (" + e.getOriginalMessage() + ")", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>(FIELDS);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = storable(parser.currentName());
            parser.nextToken();
            int before = object.size();
            object.put(name, readValue(parser));
            if (object.size() == before) {
                throw new SignalFormatException("it is not valid JSON (Duplicate field '" + name + "')");
            }
        }
        return object;
    }

    private static @Nullable Object readValue(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return readObject(parser);
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(readValue(parser));
            }
            return list;
        }
        if (token == JsonToken.VALUE_STRING) {
            return storable(parser.getText());
        }
        if (token.isNumeric()) {
            return new RawNumber(parser.getText());
        }
        return token == JsonToken.VALUE_NULL ? null : parser.getBooleanValue();
    }

    /** Refuses what some store could not keep, in unknown fields too: they are written back. */
    private static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
                return examined(text);
            }
        }
        return text;
    }

    private static String examined(String text) {
        Faults faults = new Faults();
        faults.checkText("text", text, Integer.MAX_VALUE);
        if (faults.any()) {
            throw new SignalFormatException("it holds what not every store can keep: " + faults);
        }
        return text;
    }

    private static void writeValue(JsonGenerator out, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            out.writeStartObject();
            for (Map.Entry<?, ?> field : object.entrySet()) {
                out.writeFieldName(String.valueOf(field.getKey()));
                writeValue(out, field.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof List<?> list) {
            out.writeStartArray();
            for (Object element : list) {
                writeValue(out, element);
            }
            out.writeEndArray();
        } else if (value instanceof RawNumber number) {
            out.writeNumber(number.text());
        } else if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Boolean truth) {
            out.writeBoolean(truth);
        } else {
            out.writeNull();
        }
    }

    private SignalFormatException wrong(String name, String found) {
        return new SignalFormatException("field '" + path + name + "' " + found);
    }

    private @Nullable Object takeOrNull(String name) {
        return fields.remove(name);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    private <T> T cast(String name, Class<T> type, String described, @Nullable Object value) {
        if (value == null) {
            throw wrong(name, "is missing");
        }
        if (!type.isInstance(value)) {
            throw wrong(name, "is not " + described);
        }
        return type.cast(value);
    }

    String text(String name) {
        return cast(name, String.class, "a string", takeOrNull(name));
    }

    String textOr(String name, String absent) {
        return has(name) ? text(name) : absent;
    }

    <E extends Enum<E>> E code(String name, Class<E> type) {
        return convert(name, text(name), code -> Codes.parse(type, code));
    }

    BigDecimal decimal(String name) {
        String text = text(name);
        if (text.length() > 100) {
            throw wrong(name, "is a number of " + text.length() + " characters");
        }
        return convert(name, text, digits -> Prices.normalized(new BigDecimal(digits)));
    }

    @Nullable
    BigDecimal decimalOrNull(String name) {
        return has(name) ? decimal(name) : null;
    }

    long wholeNumber(String name) {
        RawNumber number = cast(name, RawNumber.class, "a number", takeOrNull(name));
        return convert(name, number.text(), Long::parseLong);
    }

    double number(String name) {
        RawNumber number = cast(name, RawNumber.class, "a number", takeOrNull(name));
        return convert(name, number.text(), Double::parseDouble);
    }

    Instant time(String name) {
        long millis = wholeNumber(name);
        try {
            return Instant.ofEpochMilli(millis);
        } catch (DateTimeException e) {
            throw wrong(name, "is not a time: " + millis);
        }
    }

    @Nullable
    Instant timeOrNull(String name) {
        return has(name) ? time(name) : null;
    }

    /** Takes either a whole number of minutes or the text {@code "none"}. */
    TimeLimit timeLimit(String name) {
        Object value = fields.get(name);
        if ("none".equals(value)) {
            fields.remove(name);
            return TimeLimit.none();
        }
        long minutes = wholeNumber(name);
        if (minutes < 1 || minutes > Integer.MAX_VALUE) {
            throw wrong(name, "is not a time limit: " + minutes);
        }
        return TimeLimit.ofMinutes((int) minutes);
    }

    @SuppressWarnings("unchecked") // readObject makes no other maps
    JsonFields object(String name) {
        return new JsonFields(path + name + ".", (Map<String, @Nullable Object>)
                cast(name, Map.class, "an object", takeOrNull(name)));
    }

    @SuppressWarnings("unchecked")
    <T> List<T> list(String name, Function<JsonFields, T> element) {
        if (!has(name)) {
            return List.of();
        }
        List<T> result = new ArrayList<>();
        for (Object value : (List<@Nullable Object>) cast(name, List.class, "a list", takeOrNull(name))) {
            String place = name + "[" + result.size() + "]";
            Map<String, @Nullable Object> object = cast(place, Map.class, "an object", value);
            JsonFields inner = new JsonFields(path + place + ".", object);
            result.add(element.apply(inner));
            inner.refuseUnknown();
        }
        return result;
    }

    Map<String, String> texts(String name) {
        if (!has(name)) {
            return Map.of();
        }
        Map<String, String> result = new LinkedHashMap<>();
        JsonFields inner = object(name);
        List.copyOf(inner.fields.keySet()).forEach(key -> result.put(key, inner.text(key)));
        return result;
    }

    /** Nested objects take no unknown fields: they could not be kept through a rewrite. */
    void refuseUnknown() {
        for (String name : fields.keySet()) {
            throw wrong(name, "is unknown");
        }
    }

    /** Returns what was not taken, as raw JSON by name. */
    Map<String, String> rest() {
        if (fields.isEmpty()) {
            return Map.of();
        }
        Map<String, String> raw = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            StringWriter text = new StringWriter();
            try (JsonGenerator out = JSON.createGenerator(text)) {
                writeValue(out, value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            raw.put(name, text.toString());
        });
        return raw;
    }

    private <T> T convert(String name, String text, Function<String, T> conversion) {
        try {
            return conversion.apply(text);
        } catch (SignalFormatException e) {
            throw wrong(name, "was wrong: " + e.getMessage());
        } catch (IllegalArgumentException e) { // NumberFormatException among them
            String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
            throw wrong(name, "was '" + shown + "'");
        }
    }
}
