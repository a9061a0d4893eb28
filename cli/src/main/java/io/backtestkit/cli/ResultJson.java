package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the result of a backtest as JSON for programs. Its fields are a promise: none is renamed or dropped. */
final class ResultJson {

    private ResultJson() {}

    static void write(JsonGenerator json, BacktestResult result, int problems) throws IOException {
        json.useDefaultPrettyPrinter();
        json.writeStartObject();
        json.writeStringField("symbol", result.key().symbol());
        json.writeStringField("strategy", result.key().strategy());
        json.writeNumberField("candles", result.candles());
        json.writeNumberField("from", result.from());
        json.writeNumberField("to", result.to());
        json.writeStringField("fingerprint", result.fingerprint());
        json.writeArrayFieldStart("signals");
        for (ClosedSignal closed : result.signals()) {
            SignalJson.writeEnded(json, closed);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("cancelled");
        for (CancelledSignal cancelled : result.cancelled()) {
            SignalJson.writeCancelled(json, cancelled);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("statistics");
        for (Map.Entry<String, @Nullable Number> metric :
                result.statistics().asMap().entrySet()) {
            writeNumber(json, metric.getKey(), metric.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("problems", problems);
        json.writeEndObject();
    }

    private static void writeNumber(JsonGenerator json, String name, @Nullable Number value) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else if (value instanceof Integer whole) {
            json.writeNumberField(name, whole);
        } else {
            json.writeNumberField(name, value.doubleValue());
        }
    }
}
