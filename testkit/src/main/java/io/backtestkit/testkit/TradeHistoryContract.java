package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.TradeLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A fixture that keeps no trade log declares it: then the store offers none. */
@Tag("trade-history")
abstract class TradeHistoryContract extends StoreContract {

    private static final Instant START = SampleSignals.AT;

    TradeHistoryContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Returns a trade of one hour; trades of different numbers follow each other without overlap. */
    private static ClosedSignal trade(SignalKey key, String id, int number) {
        return SampleSignals.closed(signal(key, id, START.plus(Duration.ofHours(2L * number))));
    }

    private static Signal signal(SignalKey key, String id, Instant createdAt) {
        return SampleSignals.openLong(key)
                .id(id)
                .createdAt(createdAt)
                .openTimestamp(createdAt)
                .build();
    }

    @Test
    void anEmptyLogHasNothing() {
        withLog(log -> {
            assertThat(log.trades(KEY)).isEmpty();
            assertThat(log.last(KEY)).isEmpty();
            assertThat(log.loggedKeys()).isEmpty();
        });
    }

    @Test
    void everyFieldOfAnEndedSignalIsRead() {
        Signal filled =
                SampleSignals.withUnknownFields(SampleSignals.fullyFilled(KEY).build());
        ClosedSignal closed = SampleSignals.closed(filled);
        CancelledSignal cancelled =
                SampleSignals.cancelled(SampleSignals.scheduledShort(KEY).build());
        withLog(log -> {
            log.append(closed);
            log.append(cancelled);

            assertThat(log.trades(KEY)).containsExactly(closed, cancelled);
        });
    }

    @Test
    void everyReasonIsRead() {
        withLog(log -> {
            List<EndedSignal> appended = new ArrayList<>();
            for (CancelReason reason : CancelReason.values()) {
                Signal waiting = SampleSignals.scheduledShort(KEY)
                        .id("waiting " + reason.code())
                        .build();
                appended.add(new CancelledSignal(waiting, reason, START.plusSeconds(60)));
            }
            appended.addAll(SampleSignals.closedForEveryReason(KEY));
            appended.forEach(log::append);

            assertThat(log.trades(KEY)).containsExactlyElementsOf(appended);
        });
    }

    @Test
    void appendingItAgainDoesNothing() {
        ClosedSignal ended = trade(KEY, "a", 0);
        ClosedSignal next = trade(KEY, "b", 1);
        withLog(log -> {
            log.append(ended);
            log.append(next);
            log.append(ended);

            assertThat(log.trades(KEY)).containsExactly(ended, next);
        });
    }

    @Test
    void theSameSignalEndsOnceWhateverTheReason() {
        Signal held = SampleSignals.openLong(KEY).build();
        withLog(log -> {
            List<ClosedSignal> everyReason = SampleSignals.closedForEveryReason(held);
            everyReason.forEach(log::append);

            assertThat(log.trades(KEY)).containsExactly(everyReason.get(0));
        });
    }

    @Test
    void theSameIdCreatedAtAnotherTimeIsAnotherTrade() {
        ClosedSignal first = trade(KEY, "daily", 0);
        ClosedSignal second = trade(KEY, "daily", 1);
        withLog(log -> {
            log.append(first);
            log.append(second);

            assertThat(log.trades(KEY)).containsExactly(first, second);
        });
    }

    @Test
    void theSameIdInAnotherSlotIsAnotherTrade() {
        withLog(log -> {
            log.append(trade(KEY, "a", 0));
            log.append(trade(OTHER, "a", 0));

            assertThat(log.trades(KEY)).containsExactly(trade(KEY, "a", 0));
            assertThat(log.trades(OTHER)).containsExactly(trade(OTHER, "a", 0));
            assertThat(log.loggedKeys()).containsExactlyInAnyOrder(KEY, OTHER);
        });
    }

    @Test
    void theOrderIsThatOfAppending() {
        List<EndedSignal> appended =
                List.of(trade(KEY, "late", 3), trade(KEY, "early", 0), trade(KEY, "a", 1), trade(KEY, "Z", 2));
        withLog(log -> {
            appended.forEach(log::append);

            assertThat(log.trades(KEY)).containsExactlyElementsOf(appended);
            assertThat(log.last(KEY)).contains(trade(KEY, "Z", 2));
        });
    }

    @Test
    void aRangeIncludesItsStartAndExcludesItsEnd() {
        ClosedSignal first = trade(KEY, "a", 0);
        ClosedSignal second = trade(KEY, "b", 1);
        ClosedSignal third = trade(KEY, "c", 2);
        withLog(log -> {
            List.of(first, second, third).forEach(log::append);

            assertThat(log.trades(KEY, first.endedAt(), third.endedAt())).containsExactly(first, second);
            assertThat(log.trades(KEY, first.endedAt().plusMillis(1), Instant.MAX))
                    .containsExactly(second, third);
            assertThat(log.trades(KEY, Instant.MIN, first.endedAt().plusMillis(1)))
                    .containsExactly(first);
            assertThat(log.trades(KEY, second.endedAt(), second.endedAt())).isEmpty();
        });
    }

    @Test
    void theSlotAndTheLogDoNotTouchEachOther() {
        Signal held = SampleSignals.openLong(KEY).id("held").build();
        store().write(KEY, held);
        withLog(log -> {
            log.append(trade(KEY, "ended before", 0));
            assertHolds(held);

            store().delete(KEY);

            assertThat(log.trades(KEY)).containsExactly(trade(KEY, "ended before", 0));
            assertLists(List.of());
        });
    }

    @Test
    void hostileKeysHaveALogEach() {
        withLog(log -> {
            List<SignalKey> keys = HostileKeys.all();
            for (int i = 0; i < keys.size(); i++) {
                log.append(trade(keys.get(i), "trade " + i, 0));
            }

            for (int i = 0; i < keys.size(); i++) {
                assertThat(log.trades(keys.get(i)))
                        .as("trades of %s", HostileKeys.shown(keys.get(i)))
                        .containsExactly(trade(keys.get(i), "trade " + i, 0));
            }
            assertThat(log.loggedKeys()).containsExactlyInAnyOrderElementsOf(keys);
            assertLists(List.of());
        });
    }

    @Test
    void theHistoryIsThereAfterReopening() {
        List<EndedSignal> appended = List.of(trade(KEY, "b", 1), trade(KEY, "a", 0), trade(KEY, "b", 2));
        withLog(log -> appended.forEach(log::append));

        closeAndReopen();

        withLog(log -> {
            if (fixture().durable()) {
                assertThat(log.trades(KEY)).containsExactlyElementsOf(appended);
                assertThat(log.last(KEY)).isEqualTo(Optional.of(trade(KEY, "b", 2)));
                assertThat(log.loggedKeys()).containsExactly(KEY);
            } else {
                assertThat(log.trades(KEY)).isEmpty();
            }
        });
    }

    @Test
    void appendingItAgainAfterReopeningDoesNothing() {
        withLog(log -> log.append(trade(KEY, "a", 0)));

        closeAndReopen();

        withLog(log -> {
            log.append(trade(KEY, "a", 0));
            log.append(trade(KEY, "b", 1));
            assertThat(log.trades(KEY, trade(KEY, "a", 0).endedAt(), Instant.MAX))
                    .containsExactlyElementsOf(List.of(trade(KEY, "a", 0), trade(KEY, "b", 1)));
        });
    }

    private static boolean discards(TradeLog log, SignalKey key) {
        try {
            log.discard(key);
            return true;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    /** A log may not offer to discard anything; then it says so and keeps what it has. */
    @Test
    void aDiscardedHistoryIsGoneAndNoOther() {
        Signal held = signal(KEY, "held", START.plus(Duration.ofDays(1)));
        List<SignalKey> others =
                List.of(new SignalKey(KEY.strategy(), OTHER.symbol()), new SignalKey(OTHER.strategy(), KEY.symbol()));
        store().write(KEY, held);
        withLog(log -> {
            List<EndedSignal> kept = List.of(trade(KEY, "a", 0), trade(KEY, "b", 1));
            kept.forEach(log::append);
            others.forEach(key -> log.append(trade(key, "a", 0)));

            if (discards(log, KEY)) {
                log.discard(KEY);
                log.discard(OTHER);
                assertThat(log.trades(KEY)).as("trades after discarding them").isEmpty();
                assertThat(log.last(KEY)).isEmpty();
                assertThat(log.loggedKeys()).containsExactlyInAnyOrderElementsOf(others);
                log.append(trade(KEY, "b", 1));
                kept = List.of(trade(KEY, "b", 1));
            }
            assertHasTrades(log, kept, others);
            assertHolds(held);
            if (fixture().durable()) {
                closeAndReopen();
                assertHasTrades(store().tradeLog().orElseThrow(), kept, others);
            }
        });
    }

    private static void assertHasTrades(TradeLog log, List<EndedSignal> kept, List<SignalKey> others) {
        assertThat(log.trades(KEY)).isEqualTo(kept);
        for (SignalKey key : others) {
            assertThat(log.trades(key))
                    .as("trades of %s, which nobody discarded", key)
                    .containsExactly(trade(key, "a", 0));
        }
    }
}
