package io.backtestkit.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The requests that {@code bench store} measures, in the order in which they are made. */
enum StoreRequest {
    WRITE("write", 50.0),
    READ("read", 10.0),
    DELETE("delete", 50.0),
    BATCHED_WRITE("batched write", null);

    /** How many signals a batch has: as many as a batching store hands over at once. */
    static final int BATCH = 100;

    private final String name;
    private final Optional<Double> targetMillis;

    StoreRequest(String name, @Nullable Double targetMillis) {
        this.name = name;
        this.targetMillis = Optional.ofNullable(targetMillis);
    }

    @Override
    public String toString() {
        return name;
    }

    /** Returns what all but one in a hundred must stay below, if anything was aimed at. */
    Optional<Double> targetMillis() {
        return targetMillis;
    }

    /** Returns how many signals one request concerns, at most. */
    int step() {
        return this == BATCHED_WRITE ? BATCH : 1;
    }
}
