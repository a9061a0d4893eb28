package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damages one of three entries of a log. Where the fixture says that this cannot happen, all must be there. */
@Tag("damaged-trades")
abstract class DamagedTradesContract extends StoreContract {

    private static final int ENTRIES = 3;
    private static final int LAST = ENTRIES - 1;

    DamagedTradesContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static List<EndedSignal> trades(SignalKey key) {
        Signal signal = SampleSignals.openLong(key).build();
        return IntStream.range(0, ENTRIES)
                .<EndedSignal>mapToObj(number -> SampleSignals.closed(
                        signal.toBuilder().id("trade " + number).build()))
                .toList();
    }

    private void withDamagedLog(int number, Consumer<TradeLog> checks) {
        withLog(log -> {
            trades(KEY).forEach(log::append);
            trades(OTHER).forEach(log::append);
            if (damaged(number)) {
                withLog(checks);
            } else if (fixture().durable()) {
                withLog(reopened -> assertThat(reopened.trades(KEY)).isEqualTo(trades(KEY)));
            }
        });
    }

    private boolean damaged(int number) {
        boolean[] damaged = new boolean[1];
        Runnable damage = () -> damaged[0] = fixture()
                .damager()
                .map(damager -> damager.damageTrade(KEY, number))
                .orElse(false);
        if (fixture().durable()) {
            closeAndReopen(damage);
        } else {
            damage.run();
        }
        return damaged[0];
    }

    private static void assertUnreadable(String act, Runnable call) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .as("%s of a log with a damaged entry", act)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.key()).as("the key it carries").contains(KEY));
    }

    /** A position that was closed would else be opened again, and the result of the others be a lie. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, LAST})
    void itIsNeverSkipped(int number) {
        withDamagedLog(number, log -> {
            assertUnreadable("trades", () -> log.trades(KEY));
            assertUnreadable("second trades", () -> log.trades(KEY));
            if (number == LAST) {
                assertUnreadable("last", () -> log.last(KEY));
            }
            assertThat(log.loggedKeys()).as("loggedKeys()").contains(KEY, OTHER);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, LAST})
    void anExaminationTellsIt(int number) {
        withDamagedLog(number, log -> assertTellsDamage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, LAST})
    void theLogsOfOtherSlotsAreReadAsBefore(int number) {
        withDamagedLog(number, log -> {
            assertThat(log.trades(OTHER)).isEqualTo(trades(OTHER));
            assertThat(log.last(OTHER)).contains(trades(OTHER).get(LAST));
        });
    }
}
