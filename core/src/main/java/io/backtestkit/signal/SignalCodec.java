package io.backtestkit.signal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * The one encoding of signals, for all stores: a JSON object with a schema version, prices as strings, times as UTC epoch
 * milliseconds. A small one reads:
 *
 * <pre>
 * {"schema":1,"id":"a1","strategy":"breakout","symbol":"BTCUSDT","exchange":"paper","position":"long","phase":"open",
 *  "priceOpen":"50000","priceTakeProfit":"51000","priceStopLoss":"49500","minuteEstimatedTime":60,
 *  "createdAt":1700000000000,"openTimestamp":1700000000000,"cost":"100",
 *  "entries":[{"price":"50000","cost":"100","at":1700000000000}],"marks":{"best":-0.39,"worst":-0.39}}
 * </pre>
 *
 * <p>Optional fields are left out when empty; {@code minuteEstimatedTime} is {@code "none"} without a limit. Fields that
 * this version does not know survive a rewrite when they stand in the outer object, and are refused in an inner one. Any
 * thread may call any method.
 */
public final class SignalCodec {

    /** The schema version written, and the highest one read. */
    public static final int SCHEMA = 1;

    /** The largest record, in characters of JSON. */
    public static final int LONGEST_RECORD = 256 * 1024;

    /** How much longer an ended signal may be: the longest signal that can be held can also be ended. */
    private static final int LONGEST_ENDING = 1024;

    private SignalCodec() {}

    /**
     * Returns the signal as JSON on one line.
     *
     * @throws IllegalArgumentException if the record would be longer than {@value #LONGEST_RECORD} characters
     */
    public static String encode(Signal signal) {
        return write(out -> writeSignal(out, signal), signal, LONGEST_RECORD);
    }

    /**
     * Returns the signal that the JSON holds.
     *
     * @throws SignalFormatException if it is not one, breaks a rule of {@link Signal}, or is of a newer schema
     */
    public static Signal decode(String json) {
        checkLength(json, LONGEST_RECORD);
        return readSignal(JsonFields.parse(json));
    }

    /** Returns an ended signal as JSON on one line: how it ended, and the signal inside. */
    public static String encodeEnded(EndedSignal ended) {
        return write(out -> writeEnded(out, ended), ended.signal(), LONGEST_RECORD + LONGEST_ENDING);
    }

    /**
     * Returns the ended signal that the JSON holds.
     *
     * @throws SignalFormatException as for {@link #decode}
     */
    public static EndedSignal decodeEnded(String json) {
        checkLength(json, LONGEST_RECORD + LONGEST_ENDING);
        JsonFields fields = JsonFields.parse(json);
        checkSchema(fields);
        String outcome = fields.text("ended");
        try {
            Signal signal = readSignal(fields.object("signal"));
            EndedSignal ended =
                    switch (outcome) {
                        case "closed" ->
                            new ClosedSignal(
                                    signal,
                                    fields.code("reason", CloseReason.class),
                                    fields.decimal("priceClose"),
                                    fields.time("endedAt"),
                                    fields.number("pnlPercent"));
                        case "cancelled" ->
                            new CancelledSignal(
                                    signal, fields.code("reason", CancelReason.class), fields.time("endedAt"));
                        default ->
                            throw new SignalFormatException(
                                    "field 'ended' was '" + outcome + "', not closed or cancelled");
                    };
            fields.refuseUnknown();
            return ended;
        } catch (SignalFormatException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new SignalFormatException("its content cannot be: " + e.getMessage(), e);
        }
    }

    private static void checkLength(String json, int longest) {
        if (json.length() > longest) {
            throw new SignalFormatException("it has " + json.length() + " characters, a record has at most " + longest);
        }
    }

    private static void checkSchema(JsonFields fields) {
        if (!fields.has("schema")) {
            throw new SignalFormatException("it has no field 'schema', so no version of this program wrote it");
        }
        long schema = fields.wholeNumber("schema");
        if (schema > SCHEMA) {
            throw new SignalFormatException("its schema version was " + schema + ", this program reads up to " + SCHEMA
                    + "; a newer version of the program wrote it");
        }
        if (schema < 1) {
            throw new SignalFormatException("its schema version was " + schema);
        }
    }

    private static Signal readSignal(JsonFields fields) {
        checkSchema(fields);
        try {
            SignalBuilder signal = Signal.builder(new SignalKey(fields.text("strategy"), fields.text("symbol")))
                    .id(fields.text("id"))
                    .exchange(fields.text("exchange"))
                    .position(fields.code("position", Position.class))
                    .phase(fields.code("phase", Phase.class))
                    .priceOpen(fields.decimal("priceOpen"))
                    .priceTakeProfit(fields.decimal("priceTakeProfit"))
                    .priceStopLoss(fields.decimal("priceStopLoss"))
                    .minuteEstimatedTime(fields.timeLimit("minuteEstimatedTime"))
                    .createdAt(fields.time("createdAt"))
                    .cost(fields.decimal("cost"))
                    .entries(fields.list(
                            "entries",
                            entry -> new Entry(entry.decimal("price"), entry.decimal("cost"), entry.time("at"))))
                    .partialCloses(fields.list(
                            "partialCloses",
                            part -> new PartialClose(part.decimal("percent"), part.decimal("price"), part.time("at"))))
                    .memo(fields.texts("memo"))
                    .note(fields.textOr("note", ""));
            signal.scheduledAt = fields.timeOrNull("scheduledAt");
            signal.openTimestamp = fields.timeOrNull("openTimestamp");
            signal.movedTakeProfit = fields.decimalOrNull("movedTakeProfit");
            signal.movedStopLoss = fields.decimalOrNull("movedStopLoss");
            if (fields.has("marks")) {
                JsonFields marks = fields.object("marks");
                signal.marks(new Marks(marks.number("best"), marks.number("worst")));
                marks.refuseUnknown();
            }
            if (fields.has("closeIntent")) {
                JsonFields intent = fields.object("closeIntent");
                signal.closeIntent(new CloseIntent(intent.code("reason", CloseReason.class), intent.decimal("price")));
                intent.refuseUnknown();
            }
            return signal.unknownFields(fields.rest()).build();
        } catch (SignalFormatException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new SignalFormatException("its content cannot be: " + e.getMessage(), e);
        }
    }

    private static void writeEnded(JsonGenerator out, EndedSignal ended) throws IOException {
        out.writeStartObject();
        out.writeNumberField("schema", SCHEMA);
        out.writeStringField("ended", ended instanceof ClosedSignal ? "closed" : "cancelled");
        out.writeStringField("reason", ended.reasonCode());
        out.writeNumberField("endedAt", ended.endedAt().toEpochMilli());
        if (ended instanceof ClosedSignal closed) {
            writePrice(out, "priceClose", closed.priceClose());
            out.writeNumberField("pnlPercent", closed.pnlPercent());
        }
        out.writeFieldName("signal");
        writeSignal(out, ended.signal());
        out.writeEndObject();
    }

    private static void writeSignal(JsonGenerator out, Signal signal) throws IOException {
        out.writeStartObject();
        out.writeNumberField("schema", SCHEMA);
        out.writeStringField("id", signal.id());
        out.writeStringField("strategy", signal.key().strategy());
        out.writeStringField("symbol", signal.key().symbol());
        out.writeStringField("exchange", signal.exchange());
        out.writeStringField("position", signal.position().code());
        out.writeStringField("phase", signal.phase().code());
        writePrice(out, "priceOpen", signal.priceOpen());
        writePrice(out, "priceTakeProfit", signal.priceTakeProfit());
        writePrice(out, "priceStopLoss", signal.priceStopLoss());
        writeTimeLimit(out, signal.minuteEstimatedTime());
        out.writeNumberField("createdAt", signal.createdAt().toEpochMilli());
        if (signal.scheduledAt().isPresent()) {
            out.writeNumberField("scheduledAt", signal.scheduledAt().get().toEpochMilli());
        }
        if (signal.openTimestamp().isPresent()) {
            out.writeNumberField("openTimestamp", signal.openTimestamp().get().toEpochMilli());
        }
        writePrice(out, "cost", signal.cost());
        writeLegs(out, signal);
        writeOptionalPrice(out, "movedTakeProfit", signal.movedTakeProfit());
        writeOptionalPrice(out, "movedStopLoss", signal.movedStopLoss());
        if (signal.marks().isPresent()) {
            out.writeObjectFieldStart("marks");
            out.writeNumberField("best", signal.marks().get().best());
            out.writeNumberField("worst", signal.marks().get().worst());
            out.writeEndObject();
        }
        if (signal.closeIntent().isPresent()) {
            out.writeObjectFieldStart("closeIntent");
            out.writeStringField("reason", signal.closeIntent().get().reason().code());
            writePrice(out, "price", signal.closeIntent().get().price());
            out.writeEndObject();
        }
        if (!signal.memo().isEmpty()) {
            out.writeObjectFieldStart("memo");
            for (Map.Entry<String, String> entry : signal.memo().entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
        if (!signal.note().isEmpty()) {
            out.writeStringField("note", signal.note());
        }
        for (Map.Entry<String, String> unknown : signal.unknownFields().entrySet()) {
            out.writeFieldName(unknown.getKey());
            out.writeRawValue(unknown.getValue());
        }
        out.writeEndObject();
    }

    private static void writeLegs(JsonGenerator out, Signal signal) throws IOException {
        if (!signal.entries().isEmpty()) {
            out.writeArrayFieldStart("entries");
            for (Entry entry : signal.entries()) {
                out.writeStartObject();
                writePrice(out, "price", entry.price());
                writePrice(out, "cost", entry.cost());
                out.writeNumberField("at", entry.at().toEpochMilli());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        if (!signal.partialCloses().isEmpty()) {
            out.writeArrayFieldStart("partialCloses");
            for (PartialClose part : signal.partialCloses()) {
                out.writeStartObject();
                writePrice(out, "percent", part.percent());
                writePrice(out, "price", part.price());
                out.writeNumberField("at", part.at().toEpochMilli());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
    }

    private static void writeTimeLimit(JsonGenerator out, TimeLimit limit) throws IOException {
        if (limit.minutes().isPresent()) {
            out.writeNumberField("minuteEstimatedTime", limit.minutes().getAsInt());
        } else {
            out.writeStringField("minuteEstimatedTime", "none");
        }
    }

    private static void writePrice(JsonGenerator out, String name, BigDecimal price) throws IOException {
        out.writeStringField(name, price.toPlainString());
    }

    private static void writeOptionalPrice(JsonGenerator out, String name, Optional<BigDecimal> price)
            throws IOException {
        if (price.isPresent()) {
            writePrice(out, name, price.get());
        }
    }

    private interface Writing {
        void to(JsonGenerator out) throws IOException;
    }

    private static String write(Writing writing, Signal signal, int longest) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator out = JsonFields.JSON.createGenerator(text)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (text.getBuffer().length() > longest) {
            throw new IllegalArgumentException("Cannot encode signal '" + signal.id() + "' of " + signal.key()
                    + ": it takes " + text.getBuffer().length() + " characters, a record has at most "
                    + longest + ". Shorten its note or memo.");
        }
        return text.toString();
    }
}
