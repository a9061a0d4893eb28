package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LapTest {

    private static Lap lap(int wallMillis, long... millis) {
        return new Lap(
                LongStream.of(millis).map(each -> each * 1_000_000).toArray(), millis.length, wallMillis * 1_000_000L);
    }

    @Test
    void aShareOfTheRequestsStayedWithinTheTimeReturned() {
        Lap lap = lap(1, LongStream.rangeClosed(1, 1_000).map(i -> 1_001 - i).toArray());

        assertThat(List.of(lap.millis(0.5), lap.millis(0.99), lap.millis(0.999), lap.millis(1)))
                .containsExactly(500.0, 990.0, 999.0, 1000.0);
        assertThat(lap(1, 7).millis(0.5)).isEqualTo(7);
        assertThat(lap(1, 7).millis(0.999)).isEqualTo(7);
    }

    @Test
    void lapsTogetherAreOneLongLap() {
        Lap together = Lap.together(List.of(lap(1_000, 3, 1), lap(3_000, 2)));

        assertThat(together.signals()).isEqualTo(3);
        assertThat(together.signalsPerSecond()).isEqualTo(0.75);
        assertThat(together.millis(0.5)).isEqualTo(2);
    }

    @Test
    void theMedianIsInTheMiddle() {
        assertThat(Lap.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
    }
}
