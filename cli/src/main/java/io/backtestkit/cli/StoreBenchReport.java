package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What measuring a store showed, for people and for programs.
 *
 * @param where the store, without any secret
 * @param driver what the bare driver did, if one is known
 * @param signals how many there were
 * @param threads how many threads shared the work
 * @param result what was measured
 */
record StoreBenchReport(String where, Optional<String> driver, int signals, int threads, StoreBench.Result result) {

    private static final double MOST = 0.99;

    private Lap ours(StoreRequest request) {
        return Lap.together(laps(request));
    }

    private List<Lap> laps(StoreRequest request) {
        return result.ours().getOrDefault(request, List.of());
    }

    private List<Lap> bareLaps(StoreRequest request) {
        return result.bare().getOrDefault(request, List.of());
    }

    /** Returns how many times as long as the driver the store took: of each round the medians, of those the median. */
    private Optional<Double> ratio(StoreRequest request) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < bareLaps(request).size(); round++) {
            ratios.add(laps(request).get(round).millis(0.5)
                    / bareLaps(request).get(round).millis(0.5));
        }
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Lap.median(ratios));
    }

    /** Returns how many times as many signals a second were written in batches as one by one, by the median round. */
    private double batchedAgainstSingle() {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < laps(StoreRequest.WRITE).size(); round++) {
            ratios.add(laps(StoreRequest.BATCHED_WRITE).get(round).signalsPerSecond()
                    / laps(StoreRequest.WRITE).get(round).signalsPerSecond());
        }
        return Lap.median(ratios);
    }

    private static boolean isMet(StoreRequest request, Lap lap) {
        return lap.millis(MOST) < request.targetMillis().orElse(Double.MAX_VALUE);
    }

    /** Returns the table and what follows from it. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%,d signals, %d thread%s, Java %d, %d processors; times in milliseconds",
                signals,
                threads,
                threads == 1 ? "" : "s",
                Runtime.version().feature(),
                Runtime.getRuntime().availableProcessors()));
        lines.add("");
        TextTable table = new TextTable("request", ">signals/s", ">p50", ">p99", ">p99.9", ">max", ">times bare");
        for (StoreRequest request : StoreRequest.values()) {
            table.row(cells(
                    request.toString(),
                    ours(request),
                    ratio(request).map(ratio -> format("%.2f", ratio)).orElse("")));
            if (!bareLaps(request).isEmpty()) {
                table.row(cells("  bare driver", Lap.together(bareLaps(request)), ""));
            }
        }
        lines.addAll(table.lines());
        lines.add("");
        lines.addAll(Wrapping.lines(
                format(
                        "A batch has up to %d signals: its times are of whole batches, and %.1f times as many signals a"
                                + " second were written as one by one.",
                        StoreRequest.BATCH, batchedAgainstSingle()),
                0));
        if (driver.isPresent()) {
            lines.addAll(Wrapping.lines(
                    "Times bare: how many times as long as the bare driver; each round's p50 by the driver's, of these"
                            + " the median.",
                    0));
        }
        for (StoreRequest request : StoreRequest.values()) {
            request.targetMillis()
                    .ifPresent(target -> lines.add(format(
                            "Target for p99 of %s, below %.0f ms: %s.",
                            request, target, isMet(request, ours(request)) ? "met" : "not met")));
        }
        lines.addAll(Wrapping.lines(
                driver.map(sent -> "Bare driver: " + sent + ".")
                        .orElse("No bare driver is known for this store: nothing stands beside it."),
                0));
        return lines;
    }

    private static String[] cells(String what, Lap lap, String ratio) {
        return new String[] {
            what,
            format("%,.0f", lap.signalsPerSecond()),
            format("%.3f", lap.millis(0.5)),
            format("%.3f", lap.millis(MOST)),
            format("%.3f", lap.millis(0.999)),
            format("%.3f", lap.millis(1)),
            ratio
        };
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Writes everything; {@code bare} and {@code timesBare} are null where no driver is known, targets where none is. */
    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("store", where);
        json.writeNumberField("signals", signals);
        json.writeNumberField("threads", threads);
        json.writeNumberField("rounds", laps(StoreRequest.WRITE).size());
        json.writeNumberField("batch", StoreRequest.BATCH);
        json.writeStringField("bareDriver", driver.orElse(null));
        json.writeArrayFieldStart("requests");
        for (StoreRequest request : StoreRequest.values()) {
            Lap lap = ours(request);
            json.writeStartObject();
            json.writeStringField("request", request.toString());
            json.writeFieldName("store");
            write(json, lap);
            json.writeFieldName("bare");
            if (bareLaps(request).isEmpty()) {
                json.writeNull();
            } else {
                write(json, Lap.together(bareLaps(request)));
            }
            writeNumber(json, "timesBare", ratio(request));
            writeNumber(json, "targetMillis", request.targetMillis());
            json.writeFieldName("targetMet");
            if (request.targetMillis().isPresent()) {
                json.writeBoolean(isMet(request, lap));
            } else {
                json.writeNull();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("batchedAgainstSingle", batchedAgainstSingle());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Lap lap) throws IOException {
        json.writeStartObject();
        json.writeNumberField("count", lap.signals());
        json.writeNumberField("signalsPerSecond", lap.signalsPerSecond());
        json.writeNumberField("p50Millis", lap.millis(0.5));
        json.writeNumberField("p99Millis", lap.millis(MOST));
        json.writeNumberField("p999Millis", lap.millis(0.999));
        json.writeNumberField("maxMillis", lap.millis(1));
        json.writeEndObject();
    }

    private static void writeNumber(JsonGenerator json, String name, Optional<Double> number) throws IOException {
        json.writeFieldName(name);
        if (number.isPresent()) {
            json.writeNumber(number.get());
        } else {
            json.writeNull();
        }
    }
}
