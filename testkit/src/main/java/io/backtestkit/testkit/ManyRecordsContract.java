package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** More than one page of what servers and clients commonly return at once: 100, 101, 256, 500, 1,000. */
@Tag("many-records")
abstract class ManyRecordsContract extends StoreContract {

    private static final int FEWEST = 102;

    ManyRecordsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static Map<SignalKey, Signal> signals(int many) {
        Map<SignalKey, Signal> signals = new LinkedHashMap<>();
        for (int i = 0; i < many; i++) {
            SignalKey key = new SignalKey("many", "SYMBOL" + i);
            signals.put(key, SampleSignals.openLong(key).id("signal " + i).build());
        }
        return signals;
    }

    /** Ids and times of ending in another order than that of appending. */
    private static EndedSignal trade(int number) {
        Instant opened = SampleSignals.AT.plus(Duration.ofMinutes(number * 7L % 1_001));
        return SampleSignals.closed(SampleSignals.openLong(KEY)
                .id("trade " + Integer.reverse(number))
                .createdAt(opened)
                .openTimestamp(opened)
                .build());
    }

    private int many() {
        assertThat(fixture().manyKeys()).as("manyKeys() of the fixture").isGreaterThanOrEqualTo(FEWEST);
        return fixture().manyKeys();
    }

    @Test
    void allKeysAreListedAndEachSlotIsRead() {
        Map<SignalKey, Signal> signals = signals(many());

        store().writeAll(signals);

        assertLists(signals.keySet());
        signals.values().forEach(this::assertHolds);
    }

    @Test
    void allTradesOfASlotAreReadInTheirOrderAndTheLastIsTheLast() {
        withLog(log -> {
            List<EndedSignal> appended = new ArrayList<>();
            for (int number = 0; number < many(); number++) {
                appended.add(trade(number));
            }
            appended.forEach(log::append);

            List<EndedSignal> trades = log.trades(KEY);

            assertThat(trades).as("how many trades").hasSize(many());
            assertThat(trades.equals(appended))
                    .as("trades(%s) is in the order of appending", KEY)
                    .isTrue();
            assertThat(log.last(KEY)).contains(trade(many() - 1));
            assertThat(log.loggedKeys()).containsExactly(KEY);
        });
    }
}
