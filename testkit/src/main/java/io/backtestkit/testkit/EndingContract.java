package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a fixture declares that no trade log is kept, ending a signal only frees its slot. */
@Tag("ending")
abstract class EndingContract extends StoreContract {

    private static final int LOOKED_AT = 20;
    private static final Duration LONGEST_END = Duration.ofMinutes(1);

    EndingContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @Test
    void endingASignalMovesItToTheLog() {
        Signal held = SampleSignals.fullyFilled(KEY).build();
        ClosedSignal ended = SampleSignals.closed(held);
        store().write(KEY, held);

        store().end(ended);

        assertFree(KEY);
        withLog(log -> assertThat(log.trades(KEY)).containsExactly(ended));
    }

    @Test
    void endingASignalThatNeverOpenedLogsItsCancellation() {
        Signal waiting = SampleSignals.scheduledShort(KEY).build();
        CancelledSignal cancelled = SampleSignals.cancelled(waiting);
        store().write(KEY, waiting);

        store().end(cancelled);

        assertFree(KEY);
        withLog(log -> assertThat(log.trades(KEY)).containsExactly(cancelled));
    }

    @Test
    void endingItAgainDoesNothing() {
        Signal held = SampleSignals.openLong(KEY).build();
        ClosedSignal ended = SampleSignals.closed(held);
        store().write(KEY, held);

        store().end(ended);
        store().end(ended);

        assertFree(KEY);
        withLog(log -> assertThat(log.trades(KEY)).containsExactly(ended));
    }

    /** Else whoever is killed in between, or opens the store then, has neither the signal nor its trade. */
    @Test
    void aSlotIsSeenFreeOnlyOnceItsTradeIsInTheLog() {
        withLog(log -> {
            for (int i = 0; i < LOOKED_AT; i++) {
                Signal held = SampleSignals.openLong(KEY).id("looked at " + i).build();
                ClosedSignal ended = SampleSignals.closed(held);
                store().write(KEY, held);

                Attempt.UnderWay ending =
                        Attempt.start("end of " + KEY, LONGEST_END, () -> Patiently.run(() -> store().end(ended)));
                while (!ending.task().isDone() && store().read(KEY).isPresent()) {
                    Thread.onSpinWait();
                }

                assertThat(log.trades(KEY)).as("the log of a slot that is free").contains(ended);
                assertThat(ending.end().failure()).as("failure of the end").isEmpty();
            }
        });
    }

    @Test
    void anEndThatWasOnlyLoggedIsFinishedByEndingItAgain() {
        Signal held = SampleSignals.openLong(KEY).build();
        ClosedSignal ended = SampleSignals.closed(held);
        store().write(KEY, held);
        withLog(log -> log.append(ended));

        store().end(ended);

        assertFree(KEY);
        withLog(log -> assertThat(log.trades(KEY)).containsExactly(ended));
    }

    @Test
    void anEndThatComesAgainLateLeavesTheNextSignal() {
        endLate(store()::write, store()::end);
    }

    @Test
    void anEndThatComesAgainLateUnderAClaimLeavesTheNextSignal() {
        store().claims().ifPresent(claims -> {
            ClaimAnswer answer = claims.claim(KEY, "owner", Duration.ofMinutes(10));
            assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
            Claim claim = answer.claim();
            endLate((key, signal) -> claims.write(claim, signal), ended -> claims.end(claim, ended));
        });
    }

    private void endLate(BiConsumer<SignalKey, Signal> write, Consumer<EndedSignal> end) {
        Signal first = SampleSignals.openLong(KEY).id("first").build();
        ClosedSignal ended = SampleSignals.closed(first);
        Signal sameId = SampleSignals.openLong(KEY)
                .id("first")
                .createdAt(first.createdAt().minusMillis(1))
                .build();
        write.accept(KEY, first);
        end.accept(ended);
        for (Signal next : List.of(SampleSignals.openLong(KEY).id("second").build(), sameId)) {
            write.accept(KEY, next);

            end.accept(ended);

            assertHolds(next);
            withLog(log -> assertThat(log.trades(KEY)).containsExactly(ended));
        }
    }

    @Test
    void aSignalThatChangedSinceIsStillTheOneThatEnded() {
        Signal held = SampleSignals.fullyFilled(KEY).build();
        store().write(KEY, held.withMarks(new Marks(7, -7)));

        store().end(SampleSignals.closed(held));

        assertFree(KEY);
    }

    @Test
    void endingOneLeavesTheOtherSlots() {
        Signal other = SampleSignals.openLong(OTHER).build();
        store().write(OTHER, other);

        store().end(SampleSignals.closed(SampleSignals.openLong(KEY).build()));

        assertHolds(other);
        withLog(log -> {
            assertThat(log.trades(OTHER)).isEmpty();
            assertThat(log.loggedKeys()).containsExactly(KEY);
        });
    }
}
