package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import org.junit.jupiter.api.Test;

class StoreFailureTest {

    @Test
    void aMessageSaysWhatWhereWhyAndWhatToDo() {
        assertThat(StoreFailure.of(
                                "write signal", TestSignals.KEY, "file:./data", "the disk was full", "Free some space.")
                        .message())
                .isEqualTo("Cannot write signal breakout/BTCUSDT in file:./data: the disk was full. Free some space.");
    }

    @Test
    void aFullStopAndAColonThatAreThereAlreadyAreNotDoubled() {
        assertThat(StoreFailure.of("trade live on", "memory:", "it said 'no.'.", "")
                        .message())
                .isEqualTo("Cannot trade live on memory: it said 'no.'.");
    }

    @Test
    void theAdviceToResolveCanBePastedIntoAShell() {
        SignalKey key = new SignalKey("it's mine", "BTC/USD");

        assertThat(StoreFailure.discarding("file:./my data", key))
                .isEqualTo("backtest-kit store resolve --store 'file:./my data'"
                        + " --strategy 'it'\\''s mine' --symbol BTC/USD --discard");
    }

    @Test
    void theAdviceToResolveOnAServerDoesNotPretendToKnowWhoMayOpenIt() {
        assertThat(StoreFailure.discarding("postgresql://db/trades?schema=s", new SignalKey("a", "B")))
                .isEqualTo("backtest-kit store resolve --store LOCATION --strategy a --symbol B --discard");
    }

    @Test
    void theAdviceToResolveARecordSaysWhatToDoIfThereIsAPosition() {
        assertThat(StoreFailure.resolving("file:./data", new SignalKey("a", "B")))
                .isEqualTo("backtest-kit store resolve --store file:./data --strategy a --symbol B --discard"
                        + " (or, if the exchange holds a position, --replace FILE)");
    }
}
