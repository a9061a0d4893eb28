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
 * @param driver what the bare driver is, and what its plain requests are, if one is known
 * @param signals how many there were
 * @param threads how many threads shared the work
 * @param result what was measured
 */
record StoreBenchReport(String where, Optional<Driver> driver, int signals, int threads, StoreBench.Result result) {

    private static final double MOST = 0.99;

    /** A bare driver. */
    record Driver(String name, String plainRequests) {

        static Driver of(BareStore bare) {
            return new Driver(bare.driver(), bare.describe());
        }
    }

    private Lap together(Side side, StoreRequest request) {
        return Lap.together(result.laps(side, request));
    }

    private boolean tookPart(Side side) {
        return result.sides().containsKey(side);
    }

    /** Returns how many times as long as a side the store took: of each round the medians, of those the median. */
    private double timesAsLong(Side side, StoreRequest request) {
        List<Lap> ours = result.laps(Side.STORE, request);
        List<Lap> others = result.laps(side, request);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < others.size(); round++) {
            ratios.add(ours.get(round).millis(0.5) / others.get(round).millis(0.5));
        }
        return Lap.median(ratios);
    }

    /** Returns how many times as many signals a second were written in batches as one by one, by the median round. */
    private double batchedAgainstSingle() {
        List<Lap> batched = result.laps(Side.STORE, StoreRequest.BATCHED_WRITE);
        List<Lap> single = result.laps(Side.STORE, StoreRequest.WRITE);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < single.size(); round++) {
            ratios.add(batched.get(round).signalsPerSecond() / single.get(round).signalsPerSecond());
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
        TextTable table = new TextTable("request", ">signals/s", ">p50", ">p99", ">p99.9", ">max", ">store took");
        for (StoreRequest request : StoreRequest.values()) {
            table.row(cells(request.toString(), together(Side.STORE, request), ""));
            for (Side side : List.of(Side.SAME, Side.PLAIN)) {
                if (tookPart(side)) {
                    String ratio = format("%.2f times", timesAsLong(side, request));
                    table.row(cells("  " + side, together(side, request), ratio));
                }
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
        lines.addAll(driver.map(this::legend)
                .orElse(Wrapping.lines("No bare driver is known for this store: nothing stands beside it.", 0)));
        for (StoreRequest request : StoreRequest.values()) {
            request.targetMillis()
                    .ifPresent(target -> lines.add(format(
                            "Target for p99 of %s, below %.0f ms: %s.",
                            request, target, isMet(request, together(Side.STORE, request)) ? "met" : "not met")));
        }
        return lines;
    }

    /** Says what stands beside the store. */
    private List<String> legend(Driver known) {
        List<String> lines = new ArrayList<>();
        lines.addAll(Wrapping.lines(
                "Bare driver: " + known.name() + "."
                        + (tookPart(Side.SAME) ? " Same request: the store's, built beforehand." : "")
                        + " Plain request: the plainest that keeps the same content: " + known.plainRequests() + ".",
                0));
        lines.addAll(Wrapping.lines(
                "Store took: how many times as long as that; each round's p50 by the other's, of these the median.",
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

    /** Writes everything; what a side that took no part would say, and a target where there is none, is null. */
    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("store", where);
        json.writeNumberField("signals", signals);
        json.writeNumberField("threads", threads);
        json.writeNumberField(
                "rounds", result.laps(Side.STORE, StoreRequest.WRITE).size());
        json.writeNumberField("batch", StoreRequest.BATCH);
        json.writeStringField("bareDriver", driver.map(Driver::name).orElse(null));
        json.writeStringField("plainRequests", driver.map(Driver::plainRequests).orElse(null));
        json.writeArrayFieldStart("requests");
        for (StoreRequest request : StoreRequest.values()) {
            json.writeStartObject();
            json.writeStringField("request", request.toString());
            for (Side side : Side.values()) {
                json.writeFieldName(side.field());
                if (tookPart(side)) {
                    write(json, side, request);
                } else {
                    json.writeNull();
                }
            }
            json.writeFieldName("targetMillis");
            if (request.targetMillis().isPresent()) {
                json.writeNumber(request.targetMillis().get());
                json.writeBooleanField("targetMet", isMet(request, together(Side.STORE, request)));
            } else {
                json.writeNull();
                json.writeNullField("targetMet");
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("batchedAgainstSingle", batchedAgainstSingle());
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Side side, StoreRequest request) throws IOException {
        Lap lap = together(side, request);
        json.writeStartObject();
        json.writeNumberField("count", lap.signals());
        json.writeNumberField("signalsPerSecond", lap.signalsPerSecond());
        json.writeNumberField("p50Millis", lap.millis(0.5));
        json.writeNumberField("p99Millis", lap.millis(MOST));
        json.writeNumberField("p999Millis", lap.millis(0.999));
        json.writeNumberField("maxMillis", lap.millis(1));
        if (side != Side.STORE) {
            json.writeNumberField("storeTookTimes", timesAsLong(side, request));
        }
        json.writeEndObject();
    }
}
