package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.event.Event;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is held for certain is left in its minute, whatever the store could be told of it. */
class ManagedWhileAwayTest {

    private static final Strategy RESTING = market -> Optional.of(
            Bracket.buy().entry(95).takeProfit(97).stopLoss(94).minutes(60).build());
    private static final Set<String> ALL = Set.of("claim", "renew", "read", "write", "end", "delete");
    private static final StoreFailure AWAY = StoreFailure.of("use", "claimed:", "the test took it down", "Wait.");

    private final ClaimedStore store = new ClaimedStore();
    private final Trader trader = new Trader(store, Duration.ofSeconds(30));

    @AfterEach
    void closeTheKit() {
        store.interfere(call -> {});
        trader.kit.close();
    }

    private void fail(boolean unknown, Set<String> calls) {
        store.interfere(call -> {
            if (calls.contains(call)) {
                throw unknown
                        ? StoreUnavailableException.unknown(AWAY, null)
                        : StoreUnavailableException.notSent(AWAY, null);
            }
        });
    }

    /** Leaves a session whose resting order the exchange filled, which the store could not be told, and which is away. */
    private LiveSession fillWhileTheStoreIsAway(boolean unknown, boolean written) throws InterruptedException {
        LiveSession session = Runs.live(trader.kit, RESTING, trader.feed).start();
        assertThat(trader.minuteAt(100)).isEqualTo("Scheduled");
        if (written) {
            store.loseTheNextAnswerOf("write");
            fail(unknown, Set.of("claim", "renew", "read", "end", "delete"));
        } else {
            fail(unknown, ALL);
        }
        session.submit(new Command.Activate(session.held().orElseThrow().id()));
        assertThat(trader.minuteAt(100)).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Opened");
        fail(unknown, ALL);
        return session;
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "true, true"})
    void aPositionThatTheExchangeFilledIsLeftAtItsStop(boolean unknown, boolean written) throws InterruptedException {
        fillWhileTheStoreIsAway(unknown, written);

        assertThat(trader.minuteAt(50)).isEqualTo("Closed");

        assertThat(trader.events.ofType(Event.Closed.class).get(0).ended().reason())
                .isEqualTo(CloseReason.STOP_LOSS);
        store.interfere(call -> {});
        assertThat(trader.minuteAt(100)).isEqualTo("Recovered");
        assertThat(store.lastEnded(Runs.KEY))
                .contains(trader.events.ofType(Event.Closed.class).get(0).ended());
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "true, true"})
    void aPositionThatTheExchangeFilledIsWrittenWhenTheStoreIsBack(boolean unknown, boolean written)
            throws InterruptedException {
        LiveSession session = fillWhileTheStoreIsAway(unknown, written);
        Signal opened = trader.events.ofType(Event.Opened.class).get(0).held();
        store.interfere(call -> {});

        assertThat(trader.minuteAt(77.5)).isEqualTo("Recovered");
        assertThat(trader.next()).isEqualTo("Active");

        Signal stored = store.read(Runs.KEY).orElseThrow();
        assertThat(session.held()).contains(stored);
        assertThat(stored.phase()).isEqualTo(Phase.OPEN);
        assertThat(stored.openTimestamp()).isEqualTo(opened.openTimestamp());
    }

    @Test
    void aPositionThatTheExchangeFilledIsWrittenWhenTheSessionIsStopped() throws InterruptedException {
        LiveSession session = fillWhileTheStoreIsAway(true, false);
        store.interfere(call -> {});

        session.close();

        assertThat(store.read(Runs.KEY)).isEqualTo(session.held()).isPresent();
        assertThat(session.held().map(Signal::phase)).contains(Phase.OPEN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPositionWhoseRecordWasLostIsLeftAtItsStopThoughItCannotBeWrittenAgain(boolean unknown)
            throws InterruptedException {
        LiveSession session = trader.start(false);
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
        store.delete(store.holder(Runs.KEY).orElseThrow());
        fail(true, Set.of("write"));
        assertThat(trader.minuteAt(100.5)).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Active");

        fail(false, Set.of("write")); // it can be read: nobody else has been here
        assertThat(trader.minuteAt(100.5)).isEqualTo("Restored");
        assertThat(trader.next()).isEqualTo("Recovered");
        assertThat(trader.next()).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Active");
        assertThat(session.held()).isPresent();
        fail(unknown, ALL);

        assertThat(trader.minuteAt(50)).isEqualTo("Closed");
    }
}
