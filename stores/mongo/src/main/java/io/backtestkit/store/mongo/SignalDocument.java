package io.backtestkit.store.mongo;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** The stored form of a slot, shown at {@link MongoSignalStore}: naming it, reading it, and telling it from others. */
final class SignalDocument {

    /** The layout written, and the highest one read. */
    static final int FORMAT = 1;

    /**
     * What the document of a slot holds: a signal, or one that has ended and is not moved to the log yet, or neither.
     *
     * @param epoch the epoch of the newest claim it knows of; 0 if there was none
     * @param owner who has that claim; empty if there was none, or it was released
     * @param version how often the document was changed
     */
    record Stored(
            Optional<Signal> signal, Optional<EndedSignal> ending, long epoch, Optional<String> owner, long version) {

        /** Says whether it holds a signal, and not the ended one. */
        boolean holdsOtherThan(EndedSignal ended) {
            return signal.isPresent() && !ended.isOf(signal.get());
        }
    }

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

    /** Returns the key a document names, by its {@code _id} or else by its {@code compositeKey}. */
    static Optional<SignalKey> keyOf(BsonDocument document) {
        return key(document.get("_id")).or(() -> key(document.get("compositeKey")));
    }

    /** Returns the fields that say whose document it is. */
    static BsonDocument naming(SignalKey key) {
        return new BsonDocument("compositeKey", new BsonString(id(key)))
                .append("strategyName", new BsonString(key.strategy()))
                .append("symbol", new BsonString(key.symbol()))
                .append("format", new BsonInt32(FORMAT));
    }

    /** Returns the fields that find the document of a key if it names itself as that, in the layout we know. */
    static BsonDocument named(SignalKey key) {
        BsonDocument filter = new BsonDocument("_id", new BsonString(id(key)));
        filter.putAll(naming(key));
        return filter;
    }

    /** Returns the fields that find the document of a claim's key, in either collection, if it carries that very claim. */
    static BsonDocument carrying(Claim claim) {
        return named(claim.key())
                .append("epoch", new BsonInt64(claim.epoch()))
                .append("owner", new BsonString(claim.owner()));
    }

    /** Says whether a document carries that very claim. */
    static boolean carries(BsonDocument document, Claim claim) {
        return new BsonInt64(claim.epoch()).equals(document.get("epoch"))
                && new BsonString(claim.owner()).equals(document.get("owner"));
    }

    /**
     * Returns what the document of a key holds.
     *
     * @throws SignalFormatException if that is not a slot of this key that this version reads
     */
    static Stored read(SignalKey key, BsonDocument document) {
        checkId(key, document);
        checkNames(key, document);
        long version = number("version", document);
        long epoch = number("epoch", document);
        Optional<String> owner = owner(document);
        if (document.containsKey("ending")) {
            EndedSignal ended = SignalCodec.decodeEnded(BsonJson.toJson(part("ending", document)));
            checkKey(key, ended.signal());
            return new Stored(Optional.empty(), Optional.of(ended), epoch, owner, version);
        }
        if (!document.containsKey("signalData") && !document.containsKey("updatedAt")) {
            return new Stored(Optional.empty(), Optional.empty(), epoch, owner, version);
        }
        Signal signal = SignalCodec.decode(BsonJson.toJson(part("signalData", document)));
        checkKey(key, signal);
        return new Stored(Optional.of(signal), Optional.empty(), epoch, owner, version);
    }

    /** Checks that a document found by its names is the key's own. */
    static void checkId(SignalKey key, BsonDocument document) {
        if (!new BsonString(id(key)).equals(document.get("_id"))) {
            throw new SignalFormatException("its _id is not its compositeKey, so no version of this program wrote it");
        }
    }

    private static void checkKey(SignalKey key, Signal signal) {
        if (!signal.key().equals(key)) {
            throw new SignalFormatException("it holds a signal of " + signal.key());
        }
    }

    /** Returns who owns the slot by this document; empty if nobody does. */
    static Optional<String> owner(BsonDocument document) {
        BsonValue owner = document.get("owner");
        if (owner != null && !owner.isString()) {
            throw new SignalFormatException("field 'owner' is not text");
        }
        return Optional.ofNullable(owner).map(text -> text.asString().getValue());
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

    /** Returns a field that is a number. */
    static long number(String name, BsonDocument document) {
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
