package io.backtestkit.cli;

import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Two locations, which may lead to one place under two names.
 *
 * <p>Folders are compared by the system. Of servers, names tell nothing: a host has aliases, a cluster many hosts. So a
 * signal of a strategy {@code copy-XXXXXXXX} is put into one, looked for in the other, and removed. What a store keeps of every
 * slot that was ever written (PostgreSQL its epoch) stays, as after {@code bench store}.
 */
final class TwoPlaces {

    private static final String FOLDER = "file:";
    private static final long LONGEST_CLEANING_SECONDS = 60;
    private static final Instant AT = Instant.parse("2024-01-15T09:30:00Z");

    private final StoreOption first;
    private final StoreOption second;

    TwoPlaces(StoreOption first, StoreOption second) {
        this.first = first;
        this.second = second;
    }

    /**
     * Refuses to copy a store onto itself: told that the old signals are still there, somebody might remove the only ones.
     *
     * @param from what the first calls itself
     * @param to the second, opened for changing
     */
    void requireTwo(String from, SignalStore to) {
        boolean alike = to.describe().equals(from);
        if (alike || areOne(from, to)) {
            throw CommandFailure.wrongUse("Cannot copy signals to where they are: " + from + " is also --to"
                    + (alike ? "" : ", under the name " + to.describe()) + ". Name another.");
        }
    }

    private boolean areOne(String from, SignalStore to) {
        if (from.startsWith(FOLDER) && to.describe().startsWith(FOLDER)) {
            return isSameFolder(from, to.describe());
        }
        return isSameKind() && isSeenInFirst(to);
    }

    private static boolean isSameFolder(String one, String other) {
        try {
            return Files.isSameFile(path(one), path(other));
        } catch (IOException | InvalidPathException e) {
            throw CommandFailure.runFailed(
                    "Cannot tell whether " + one + " and " + other + " are one folder: '" + e.getMessage()
                            + "'. Check both paths. Nothing was written.",
                    e);
        }
    }

    private static Path path(String store) {
        return Path.of(store.substring(FOLDER.length()));
    }

    /** Says whether one module opens both: no other would find what that one wrote. */
    private boolean isSameKind() {
        List<String> schemes = List.of(scheme(first), scheme(second));
        return ServiceLoader.load(SignalStoreProvider.class).stream()
                .anyMatch(provider -> provider.get().schemes().containsAll(schemes));
    }

    private static String scheme(StoreOption store) {
        return StoreLocation.parse(store.location()).scheme();
    }

    /** A process that is told to end meanwhile waits until the trial signal is removed. */
    private boolean isSeenInFirst(SignalStore opened) {
        CountDownLatch removed = new CountDownLatch(1);
        Thread onSignal = new Thread(() -> await(removed), "remove the trial signal");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try (SignalStore looking = first.openReadOnly()) {
            return isSeen(looking, opened);
        } finally {
            removed.countDown();
            ShutdownHooks.remove(onSignal);
        }
    }

    private static boolean isSeen(SignalStore looking, SignalStore opened) {
        SignalKey key = new SignalKey(
                "copy-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()), "TRIAL");
        boolean seen;
        try {
            opened.write(key, trial(key));
            seen = looking.read(key).isPresent();
        } catch (SignalStoreException e) {
            try {
                opened.delete(key);
            } catch (SignalStoreException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        try {
            opened.delete(key);
        } catch (SignalStoreException e) {
            throw CommandFailure.runFailed(
                    "Cannot remove the trial signal " + key + " from " + opened.describe() + ": " + e.getMessage()
                            + " It does no harm there; backtest-kit store delete removes it. Nothing was copied.",
                    e);
        }
        return seen;
    }

    private static void await(CountDownLatch removed) {
        try {
            if (!removed.await(LONGEST_CLEANING_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("The trial signal of a strategy copy-XXXXXXXX could not be removed in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Signal trial(SignalKey key) {
        return Signal.builder(key)
                .id(key.strategy())
                .position(Position.LONG)
                .phase(Phase.SCHEDULED)
                .priceOpen(new BigDecimal("1"))
                .priceTakeProfit(new BigDecimal("2"))
                .priceStopLoss(new BigDecimal("0.5"))
                .minuteEstimatedTime(TimeLimit.ofMinutes(1))
                .createdAt(AT)
                .scheduledAt(AT)
                .build();
    }
}
