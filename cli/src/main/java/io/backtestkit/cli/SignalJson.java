package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/** Writes signals as JSON for programs: prices as strings, times as UTC epoch milliseconds. */
final class SignalJson {

    static final JsonFactory FACTORY = new JsonFactory();

    private SignalJson() {}

    /** Writes something with a generator. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** Returns that content as text. */
    static String text(Content content) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            content.writeTo(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Writes a signal that is held: {@code scheduledAt} is null if it opened at once, {@code openedAt} until it opens. */
    static void writeHeld(JsonGenerator json, Signal signal) throws IOException {
        json.writeStartObject();
        writeStart(json, signal);
        writeTime(json, "openedAt", signal.openTimestamp());
        json.writeEndObject();
    }

    /** Writes a signal that has ended, with how it ended. */
    static void writeEnded(JsonGenerator json, EndedSignal ended) throws IOException {
        json.writeStartObject();
        writeStart(json, ended.signal());
        writeTime(json, "openedAt", ended.signal().openTimestamp());
        writeEnd(json, ended);
        json.writeEndObject();
    }

    /** Writes the fields of {@link #writeEnded}, and {@code strategy}, {@code symbol} and {@code outcome}. */
    static void writeTrade(JsonGenerator json, EndedSignal ended) throws IOException {
        json.writeStartObject();
        writeStart(json, ended.signal());
        writeTime(json, "openedAt", ended.signal().openTimestamp());
        writeEnd(json, ended);
        json.writeStringField("outcome", ended instanceof ClosedSignal ? "closed" : "cancelled");
        json.writeStringField("strategy", ended.signal().key().strategy());
        json.writeStringField("symbol", ended.signal().key().symbol());
        json.writeEndObject();
    }

    /** Writes an entry of the result's list of cancelled signals. */
    static void writeCancelled(JsonGenerator json, CancelledSignal cancelled) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", cancelled.signal().id());
        json.writeStringField("reason", cancelled.reasonCode());
        writeTime(json, "scheduledAt", cancelled.signal().scheduledAt());
        json.writeNumberField("cancelledAt", cancelled.cancelledAt().toEpochMilli());
        json.writeEndObject();
    }

    private static void writeStart(JsonGenerator json, Signal signal) throws IOException {
        json.writeStringField("id", signal.id());
        json.writeStringField("position", signal.position().code());
        json.writeStringField("priceOpen", signal.priceOpen().toPlainString());
        json.writeStringField("priceTakeProfit", signal.priceTakeProfit().toPlainString());
        json.writeStringField("priceStopLoss", signal.priceStopLoss().toPlainString());
        writeTime(json, "scheduledAt", signal.scheduledAt());
    }

    private static void writeEnd(JsonGenerator json, EndedSignal ended) throws IOException {
        if (ended instanceof ClosedSignal closed) {
            json.writeNumberField("closedAt", closed.closedAt().toEpochMilli());
            json.writeStringField("closeReason", closed.reasonCode());
            json.writeStringField("priceClose", closed.priceClose().toPlainString());
            json.writeNumberField("pnlPercent", closed.pnlPercent());
        } else {
            json.writeNumberField("cancelledAt", ended.endedAt().toEpochMilli());
            json.writeStringField("reason", ended.reasonCode());
        }
    }

    private static void writeTime(JsonGenerator json, String field, Optional<Instant> time) throws IOException {
        if (time.isPresent()) {
            json.writeNumberField(field, time.get().toEpochMilli());
        } else {
            json.writeNullField(field);
        }
    }
}
