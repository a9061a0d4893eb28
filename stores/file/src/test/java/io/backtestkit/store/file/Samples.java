package io.backtestkit.store.file;

import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Signals and files for the tests. */
final class Samples {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final SignalKey BTC = new SignalKey("breakout", "BTCUSDT");

    private Samples() {}

    static Signal open(SignalKey key, String id) {
        return Signal.builder(key)
                .id(id)
                .phase(Phase.OPEN)
                .priceOpen(new BigDecimal("50000"))
                .priceTakeProfit(new BigDecimal("51000"))
                .priceStopLoss(new BigDecimal("49500"))
                .createdAt(START)
                .openTimestamp(START)
                .build();
    }

    static Signal scheduled(SignalKey key, String id) {
        return Signal.builder(key)
                .id(id)
                .priceOpen(new BigDecimal("50000"))
                .priceTakeProfit(new BigDecimal("51000"))
                .priceStopLoss(new BigDecimal("49500"))
                .createdAt(START)
                .scheduledAt(START)
                .build();
    }

    static ClosedSignal closed(SignalKey key, String id, int minute) {
        return new ClosedSignal(
                open(key, id), CloseReason.TAKE_PROFIT, new BigDecimal("51000"), START.plusSeconds(60L * minute), 1.59);
    }

    static CancelledSignal cancelled(SignalKey key, String id, int minute) {
        return new CancelledSignal(scheduled(key, id), CancelReason.TIMEOUT, START.plusSeconds(60L * minute));
    }

    /** Opens a store on a disk that may fail. */
    static FileSignalStore store(Path folder, FaultyDisk faulty) {
        return FileSignalStore.open(folder, faulty.disk, InstantSource.system(), Duration.ofSeconds(10));
    }

    /** Returns the names of all files below a folder but the lock, sorted. */
    static List<String> names(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .filter(name -> !name.equals(".lock"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
