package io.backtestkit.store.mongo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.backtestkit.signal.SignalFormatException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * The JSON of a signal as a document that can be queried, and back to the same JSON.
 *
 * <p>Each field becomes a field of the same name: strings, booleans, nulls, lists and objects as such, whole numbers as
 * int64, other numbers as doubles if their digits come back unchanged. {@code memo} becomes a list of {@code {k, v}}, since
 * a strategy's own names may hold dots and dollars. A field that cannot be kept like this, such as an unknown one holding
 * {@code 2.50} or named {@code $x}, is kept as text in {@value #RAW}.
 */
final class BsonJson {

    /** Where the fields are whose JSON has no exact form in BSON: one JSON object as text, in ASCII. */
    static final String RAW = "rawFields";

    private static final String MEMO = "memo";
    private static final String SIGNAL = "signal";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNameLength(70_000).build())
            .build();

    private BsonJson() {}

    /** Returns the document of a JSON object that the signal codec wrote. */
    static BsonDocument toBson(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            return recordOf(parser, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BsonDocument recordOf(JsonParser parser, String json) throws IOException {
        BsonDocument result = new BsonDocument();
        StringJoiner raw = new StringJoiner(",", "{", "}").setEmptyValue("");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            long start = parser.currentTokenLocation().getCharOffset();
            parser.nextToken();
            Optional<? extends BsonValue> value = fieldOf(name, parser, json);
            if (value.isPresent() && isPlain(name) && !name.equals(RAW)) {
                result.append(name, value.get());
            } else {
                long end = parser.currentLocation().getCharOffset();
                raw.add(json.substring(Math.toIntExact(start), Math.toIntExact(end)));
            }
        }
        if (raw.length() > 0) {
            result.append(RAW, new BsonString(ascii(raw.toString())));
        }
        return result;
    }

    private static Optional<? extends BsonValue> fieldOf(String name, JsonParser parser, String json)
            throws IOException {
        boolean object = parser.currentToken() == JsonToken.START_OBJECT;
        if (object && name.equals(MEMO)) {
            return memoOf(parser);
        }
        return object && name.equals(SIGNAL) ? Optional.of(recordOf(parser, json)) : valueOf(parser);
    }

    private static Optional<BsonArray> memoOf(JsonParser parser) throws IOException {
        BsonArray entries = new BsonArray();
        boolean exact = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Optional<BsonValue> value = valueOf(parser);
            exact &= isText(name) && value.filter(BsonValue::isString).isPresent();
            value.ifPresent(text -> entries.add(new BsonDocument("k", new BsonString(name)).append("v", text)));
        }
        return exact ? Optional.of(entries) : Optional.empty();
    }

    /** Takes the whole value, and returns it if it has an exact form. */
    private static Optional<BsonValue> valueOf(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> objectOf(parser);
            case START_ARRAY -> arrayOf(parser);
            case VALUE_TRUE, VALUE_FALSE -> Optional.of(BsonBoolean.valueOf(parser.getBooleanValue()));
            case VALUE_NULL -> Optional.of(BsonNull.VALUE);
            case VALUE_STRING ->
                Optional.of(parser.getText()).filter(BsonJson::isText).map(BsonString::new);
            default -> numberOf(parser.getText());
        };
    }

    private static Optional<BsonValue> objectOf(JsonParser parser) throws IOException {
        BsonDocument object = new BsonDocument();
        boolean exact = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Optional<BsonValue> value = valueOf(parser);
            exact &= value.isPresent() && isPlain(name);
            value.ifPresent(known -> object.append(name, known));
        }
        return exact ? Optional.of(object) : Optional.empty();
    }

    private static Optional<BsonValue> arrayOf(JsonParser parser) throws IOException {
        BsonArray array = new BsonArray();
        boolean exact = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Optional<BsonValue> value = valueOf(parser);
            exact &= value.isPresent();
            value.ifPresent(array::add);
        }
        return exact ? Optional.of(array) : Optional.empty();
    }

    private static Optional<BsonValue> numberOf(String text) {
        if (isWhole(text)) {
            long whole = Long.parseLong(text);
            return Optional.of(whole)
                    .filter(same -> Long.toString(same).equals(text))
                    .map(BsonInt64::new);
        }
        double number = Double.parseDouble(text);
        return Optional.of(number)
                .filter(same -> Double.toString(same).equals(text))
                .map(BsonDouble::new);
    }

    /** Says whether a name can stand in a document: the server gives dots and leading dollars a meaning. */
    private static boolean isPlain(String name) {
        return !name.isEmpty()
                && name.charAt(0) != '$'
                && name.indexOf('.') < 0
                && name.indexOf('\0') < 0
                && isText(name);
    }

    /** Says whether a number is written as a whole one that surely fits into a long. */
    private static boolean isWhole(String text) {
        for (int i = text.charAt(0) == '-' ? 1 : 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return text.length() < 19;
    }

    /** Says whether text has a form in UTF-8: it has no unpaired surrogate. */
    private static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** Escapes the rest: in JSON it stands inside strings and names only. */
    private static String ascii(String json) {
        StringBuilder escaped = new StringBuilder(json.length());
        json.chars().forEach(c -> {
            if (c < 128) {
                escaped.append((char) c);
            } else {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", c));
            }
        });
        return escaped.toString();
    }

    /**
     * Returns the JSON of such a document.
     *
     * @throws SignalFormatException if it holds something that no JSON of a signal has
     */
    static String toJson(BsonDocument document) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            writeRecord(out, document);
        } catch (IOException e) {
            throw new SignalFormatException("it has no form in JSON (" + e.getMessage() + ")", e);
        }
        return text.toString();
    }

    private static void writeRecord(JsonGenerator out, BsonDocument document) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, BsonValue> field : document.entrySet()) {
            String name = field.getKey();
            BsonValue value = field.getValue();
            if (name.equals(RAW)) {
                continue;
            }
            out.writeFieldName(name);
            if (name.equals(MEMO) && value.isArray()) {
                writeMemo(out, value.asArray());
            } else if (name.equals(SIGNAL) && value.isDocument()) {
                writeRecord(out, value.asDocument());
            } else {
                writeValue(out, name, value);
            }
        }
        if (document.containsKey(RAW)) {
            out.writeRaw("," + insideOf(document.get(RAW)));
        }
        out.writeEndObject();
    }

    private static String insideOf(BsonValue raw) {
        String text = raw.isString() ? raw.asString().getValue() : "";
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw new SignalFormatException("field '" + RAW + "' is not a JSON object");
        }
        return text.substring(1, text.length() - 1);
    }

    private static void writeMemo(JsonGenerator out, BsonArray entries) throws IOException {
        out.writeStartObject();
        for (BsonValue entry : entries) {
            if (!entry.isDocument()
                    || entry.asDocument().size() != 2
                    || !entry.asDocument().isString("k")
                    || !entry.asDocument().isString("v")) {
                throw new SignalFormatException("field '" + MEMO + "' is not a list of {k, v}, both text");
            }
            out.writeStringField(
                    entry.asDocument().getString("k").getValue(),
                    entry.asDocument().getString("v").getValue());
        }
        out.writeEndObject();
    }

    private static void writeValue(JsonGenerator out, String name, BsonValue value) throws IOException {
        switch (value.getBsonType()) {
            case STRING -> out.writeString(value.asString().getValue());
            case INT32 -> out.writeNumber(value.asInt32().getValue());
            case INT64 -> out.writeNumber(value.asInt64().getValue());
            case DOUBLE -> writeNumber(out, name, value.asDouble().getValue());
            case BOOLEAN -> out.writeBoolean(value.asBoolean().getValue());
            case NULL -> out.writeNull();
            case DOCUMENT -> {
                out.writeStartObject();
                for (Map.Entry<String, BsonValue> field : value.asDocument().entrySet()) {
                    out.writeFieldName(field.getKey());
                    writeValue(out, name, field.getValue());
                }
                out.writeEndObject();
            }
            case ARRAY -> {
                out.writeStartArray();
                for (BsonValue element : value.asArray()) {
                    writeValue(out, name, element);
                }
                out.writeEndArray();
            }
            default ->
                throw new SignalFormatException("field '" + name + "' was of the BSON type "
                        + value.getBsonType().name().toLowerCase(Locale.ROOT) + ", which no signal has");
        }
    }

    private static void writeNumber(JsonGenerator out, String name, double number) throws IOException {
        if (!Double.isFinite(number)) {
            throw new SignalFormatException("field '" + name + "' was " + number);
        }
        out.writeNumber(number);
    }
}
