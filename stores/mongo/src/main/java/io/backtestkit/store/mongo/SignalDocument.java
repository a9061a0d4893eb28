package io.backtestkit.store.mongo;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The stored form of a signal, shown at {@link MongoSignalStore}: writing it, reading it, and telling it from others. */
final class SignalDocument {

    /** The layout written, and the highest one read. */
    static final int FORMAT = 1;

    private static final List<String> TEXTS =
            List.of("id", "exchange", "position", "phase", "priceOpen", "priceTakeProfit", "priceStopLoss", "cost");

    /** What a document holds. */
    record Stored(Signal signal, long epoch) {}

    private SignalDocument() {}

    /** Returns the canonical key: both parts with {@code %} and {@code :} percent-encoded, joined by a colon. */
    static String id(SignalKey key) {
        return encoded(key.strategy()) + ":" + encoded(key.symbol());
    }

    private static String encoded(String part) {
        return part.replace("%", "%25").replace(":", "%3A");
    }

    /** Returns the key that a canonical key stands for; empty if it is none. */
    static Optional<SignalKey> key(@Nullable BsonValue id) {
        if (id == null || !id.isString()) {
            return Optional.empty();
        }
        String[] parts = id.asString().getValue().split(":", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            SignalKey key = new SignalKey(decoded(parts[0]), decoded(parts[1]));
            return Optional.of(key).filter(k -> id(k).equals(id.asString().getValue()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String part) {
        return part.replace("%3A", ":").replace("%25", "%");
    }

    /** Returns the fields that say whose document it is. */
    static BsonDocument naming(SignalKey key) {
        return new BsonDocument("compositeKey", new BsonString(id(key)))
                .append("strategyName", new BsonString(key.strategy()))
                .append("symbol", new BsonString(key.symbol()))
                .append("format", new BsonInt32(FORMAT));
    }

    /** Returns the update that stores a signal. The server counts the version and sets the time. */
    static BsonDocument update(Signal signal, long epoch) {
        BsonDocument fields = naming(signal.key())
                .append("epoch", new BsonInt64(epoch))
                .append("signalData", BsonJson.toBson(SignalCodec.encode(signal)));
        return new BsonDocument("$set", fields)
                .append("$inc", new BsonDocument("version", new BsonInt64(1)))
                .append("$currentDate", new BsonDocument("updatedAt", BsonBoolean.TRUE));
    }

    /**
     * Returns the filter that finds the document of a key only if it has the form of a signal this version reads, and no
     * newer epoch. What has that form and yet makes no sense, such as a stop loss on the wrong side, only reading can tell.
     */
    static BsonDocument intact(SignalKey key, long epoch) {
        BsonDocument filter = new BsonDocument("_id", new BsonString(id(key)));
        filter.putAll(naming(key));
        filter.append("epoch", new BsonDocument("$lte", new BsonInt64(epoch)))
                .append("version", ofType("number"))
                .append(
                        "signalData.schema",
                        new BsonDocument("$gte", new BsonInt32(1)).append("$lte", new BsonInt32(SignalCodec.SCHEMA)))
                .append("signalData.strategy", new BsonString(key.strategy()))
                .append("signalData.symbol", new BsonString(key.symbol()))
                .append("signalData.createdAt", ofType("number"))
                .append("signalData.minuteEstimatedTime", new BsonDocument("$exists", BsonBoolean.TRUE));
        TEXTS.forEach(name -> filter.append("signalData." + name, ofType("string")));
        return filter;
    }

    private static BsonDocument ofType(String type) {
        return new BsonDocument("$type", new BsonString(type));
    }

    /**
     * Returns what the document of a key holds.
     *
     * @throws SignalFormatException if that is not a signal of this key that this version reads
     */
    static Stored read(SignalKey key, BsonDocument document) {
        checkNames(key, document);
        Signal signal = SignalCodec.decode(BsonJson.toJson(part("signalData", document)));
        if (!signal.key().equals(key)) {
            throw new SignalFormatException("it holds a signal of " + signal.key());
        }
        number("version", document);
        return new Stored(signal, number("epoch", document));
    }

    /** Checks that the document names itself as the key's, in a layout this version reads. */
    static void checkNames(SignalKey key, BsonDocument document) {
        long format = number("format", document);
        if (format != FORMAT) {
            throw new SignalFormatException("its format was " + format + ", this program reads up to " + FORMAT
                    + (format > FORMAT ? "; a newer version of the program wrote it" : ""));
        }
        naming(key).forEach((name, expected) -> {
            BsonValue found = document.get(name);
            if (!name.equals("format") && !expected.equals(found)) {
                throw new SignalFormatException(
                        "field '" + name + "' was " + shown(found) + ", expected " + shown(expected));
            }
        });
    }

    /** Returns a field that is a document. */
    static BsonDocument part(String name, BsonDocument document) {
        BsonValue value = document.get(name);
        if (value == null || !value.isDocument()) {
            throw new SignalFormatException(
                    "field '" + name + "' " + (value == null ? "is missing" : "is not a document"));
        }
        return value.asDocument();
    }

    private static long number(String name, BsonDocument document) {
        BsonValue value = document.get(name);
        if (value == null || !value.isNumber()) {
            throw new SignalFormatException("field '" + name + "' " + (value == null ? "is missing" : "is not a number")
                    + ", so no version of this program wrote it");
        }
        return value.asNumber().longValue();
    }

    private static String shown(@Nullable BsonValue value) {
        if (value == null) {
            return "missing";
        }
        String text = value.isString() ? value.asString().getValue() : value.toString();
        return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
    }
}
