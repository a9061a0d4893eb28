package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.TimeLimit;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("round-trip")
abstract class RoundTripContract extends StoreContract {

    private static final int RANDOM_SIGNALS = 50;

    RoundTripContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private void assertSurvives(Signal signal) {
        store().write(signal.key(), signal);
        assertHolds(signal);
    }

    @Test
    void everyFieldOfAFullyFilledSignalIsRead() {
        assertSurvives(SampleSignals.fullyFilled(KEY).build());
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void everyPhaseIsRead(Phase phase) {
        assertSurvives(SampleSignals.in(phase, KEY).build());
    }

    @Test
    void noTimeLimitStaysNoTimeLimit() {
        assertSurvives(SampleSignals.openLong(KEY)
                .minuteEstimatedTime(TimeLimit.none())
                .build());
        assertSurvives(SampleSignals.openLong(KEY)
                .minuteEstimatedTime(TimeLimit.ofMinutes(Integer.MAX_VALUE))
                .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it's \"quoted\" and \\escaped\\",
                "$set",
                "a.b.c",
                "{\"$gt\":\"\"}",
                "'; drop table signals; --",
                "rocket \uD83D\uDE80, family \uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
                "line\nbreak\r\n, tab\t, bell\u0007, delete\u007F, separators\u2028\u2029",
                "\u0645\u0631\u062D\u0628\u0627 \u202Ereversed\u202C, \u65E5\u672C\u8A9E, A\u030A and \u00C5",
                " "
            })
    void anyTextInMemoNoteAndIdIsRead(String text) {
        assertSurvives(SampleSignals.openLong(KEY)
                .id("id " + text)
                .note(text)
                .memo(Map.of(text, text, "plain " + text, "", "", text))
                .build());
    }

    @Test
    void aLongNoteIsRead() {
        assertSurvives(
                SampleSignals.openLong(KEY).note("na\u00EFve ".repeat(5_000)).build());
    }

    @Test
    void fieldsOfALaterMinorVersionSurviveARewrite() {
        Signal later =
                SampleSignals.withUnknownFields(SampleSignals.openLong(KEY).build());

        assertSurvives(later);
        Signal rewritten =
                store().read(KEY).orElseThrow().toBuilder().note("rewritten").build();
        assertSurvives(rewritten);

        assertThat(rewritten).isEqualTo(later.toBuilder().note("rewritten").build());
    }

    @Test
    void randomSignalsAreRead() {
        RandomGenerator random = Seed.random();
        for (int i = 0; i < RANDOM_SIGNALS; i++) {
            Signal signal = SampleSignals.random(random, KEY);
            store().write(KEY, signal);
            assertThat(store().read(KEY))
                    .as("random signal %d; %s", i, Seed.replay())
                    .contains(signal);
        }
    }

    @Test
    void theStoreSaysWhereItIs() {
        assertThat(store().describe()).isNotBlank().doesNotContain("\n");
    }
}
