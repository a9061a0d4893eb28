package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;

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
}
