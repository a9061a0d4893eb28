package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Where a fixture declares that no trade log is kept, ending a signal only frees its slot. */
abstract class EndingContract extends StoreContract {

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
    void endingItAgainDoesNothing() {
        Signal held = SampleSignals.openLong(KEY).build();
        ClosedSignal ended = SampleSignals.closed(held);
        store().write(KEY, held);

        store().end(ended);
        store().end(ended);

        assertFree(KEY);
        withLog(log -> assertThat(log.trades(KEY)).containsExactly(ended));
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
