package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SampleSignalsTest {

    @ParameterizedTest
    @EnumSource(Phase.class)
    void thereIsASampleOfEachPhase(Phase phase) {
        assertThat(SampleSignals.in(phase, SampleSignals.key()).build().phase()).isEqualTo(phase);
    }

    @Test
    void noFieldOfTheFullSampleIsEmpty() {
        String json = SignalCodec.encode(
                SampleSignals.fullyFilled(SampleSignals.key()).build());

        assertThat(json)
                .contains(
                        "scheduledAt", "openTimestamp", "entries", "partialCloses", "movedTakeProfit", "movedStopLoss")
                .contains("marks", "closeIntent", "memo", "note");
    }

    @Test
    void unknownFieldsAreInTheRecord() {
        Signal plain = SampleSignals.openLong(SampleSignals.key()).build();
        Signal later = SampleSignals.withUnknownFields(plain);

        assertThat(later).isNotEqualTo(plain);
        assertThat(SignalCodec.encode(later)).contains("\"aTag\":\"x\"", "[1,2.50,1e3,true,null,\"\u00E9\"]");
    }

    @Test
    void oneSeedGivesOneSignal() {
        RandomGenerator first = new SplittableRandom(7);
        RandomGenerator second = new SplittableRandom(7);
        for (int i = 0; i < 200; i++) {
            Signal signal = SampleSignals.random(first);

            assertThat(SampleSignals.random(second)).isEqualTo(signal);
            assertThat(SignalCodec.decode(SignalCodec.encode(signal))).isEqualTo(signal);
        }
    }

    @Test
    void hostileKeysAreManyAndDistinct() {
        List<SignalKey> keys = HostileKeys.all();

        assertThat(keys).hasSizeGreaterThan(60);
        assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
        assertThat(keys)
                .contains(new SignalKey("a:b", "c"), new SignalKey("a", "b:c"), new SignalKey("strategy", "BTC/USDT"));
        assertThat(HostileKeys.shown(new SignalKey("a\n", "n".repeat(255))))
                .isEqualTo("'a\\u000A' + 'nnnnnnnnnnnnnnnnnnnn...nnnnn (255 characters)'");
    }
}
