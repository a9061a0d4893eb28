package io.backtestkit.engine;

import static io.backtestkit.engine.Runs.ALWAYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.event.Event;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimedSessionTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(150);

    private final ClaimedStore store = new ClaimedStore();
    private final List<Trader> traders = new ArrayList<>();

    private Trader trader(Duration lease) {
        Trader trader = new Trader(store, lease);
        traders.add(trader);
        return trader;
    }

    @AfterEach
    void closeKits() {
        store.interfere(call -> {});
        traders.forEach(trader -> trader.kit.close());
    }

    private static void failAt(ClaimedStore store, String call, Supplier<? extends SignalStoreException> failure) {
        store.interfere(name -> {
            if (name.equals(call)) {
                throw failure.get();
            }
        });
    }

    private static StoreFailure told() {
        return StoreFailure.of("use", "claimed:", "the test took it down", "Wait.");
    }

    private Optional<Claim> holder() {
        return store.holder(Runs.KEY);
    }

    @Test
    void aSessionClaimsItsSlotBeforeItReadsItAndGivesItBackInTheEnd() throws InterruptedException {
        List<String> calls = new ArrayList<>();
        store.interfere(calls::add);
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        assertThat(holder()).hasValueSatisfying(claim -> {
            assertThat(claim.epoch()).isEqualTo(1);
            assertThat(claim.owner())
                    .startsWith("process " + ProcessHandle.current().pid() + " on ");
        });
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
        session.close();
        assertThat(calls).containsExactly("claim", "read", "write", "release");
        assertThat(holder()).isEmpty();
        assertThat(store.read(Runs.KEY)).isPresent();
    }

    @Test
    void aSecondSessionIsRefusedAndToldWhoHasTheSlot() throws InterruptedException {
        Trader first = trader(LEASE);
        first.start(false);
        Trader second = trader(LEASE);
        assertThatThrownBy(() -> second.start(false))
                .isInstanceOf(ClaimLostException.class)
                .hasMessageStartingWith("Cannot trade signal tested/TEST in claimed:")
                .hasMessageContaining(
                        "it was held by process " + ProcessHandle.current().pid() + " on ")
                .hasMessageContaining(" until 2026-01-15T09:30:30Z. Stop that owner first");
        assertThat(second.events.all()).isEmpty();
        assertThat(first.minuteAt(100)).isEqualTo("Opened");
    }

    @Test
    void aStandbyWaitsAndTakesThePositionOverWhenTheSlotIsGivenBack() throws InterruptedException {
        Trader first = trader(SHORT);
        LiveSession session = first.start(false);
        assertThat(first.minuteAt(100)).isEqualTo("Opened");
        Trader second = trader(SHORT);
        LiveSession standby = second.start(true);
        assertThat(second.next()).isEqualTo("StandingBy");
        assertThat(standby.held()).isEmpty();
        session.close();
        assertThat(second.next()).isEqualTo("Restored");
        assertThat(second.minuteAt(100))
                .as("the minute of the entry, told again")
                .isEqualTo("Opened");
        assertThat(second.minuteAt(103)).isEqualTo("Active");
        standby.close();
        assertThat(second.events.ofType(Event.StandingBy.class)).hasSize(1);
        assertThat(second.events.ofType(Event.StandingBy.class).get(0).holder().epoch())
                .isEqualTo(1);
    }

    @Test
    void aSessionThatOversleptItsLeaseLosesTheSlotAndItsExitIsTheSuccessorsToDecide() throws InterruptedException {
        Trader sleeper = trader(LEASE);
        LiveSession session = sleeper.start(false);
        assertThat(sleeper.minuteAt(100)).isEqualTo("Opened");
        Signal position = store.read(Runs.KEY).orElseThrow();

        store.pass(LEASE);
        Trader successor = trader(LEASE);
        LiveSession second = successor.start(false);
        assertThat(successor.next()).isEqualTo("Restored");

        for (String name = "Active"; name.equals("Active"); ) {
            name = sleeper.minuteAt(103); // the average of the window comes to the take profit
            assertThat(name).isIn("Active", "ClaimLost");
        }
        assertThat(sleeper.next()).isEqualTo("Stopped");
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        assertThat(sleeper.events.ofType(Event.Closed.class)).isEmpty();
        assertThat(sleeper.events.ofType(Event.Failed.class)).isEmpty();
        assertThat(sleeper.events.ofType(Event.ClaimLost.class).get(0).message())
                .contains("its epoch was 2, held by process ")
                .contains("this claim had epoch 1. Stop trading it here at once.");
        assertThat(store.lastEnded(Runs.KEY)).isEmpty();
        assertThat(store.read(Runs.KEY)).contains(position);
        assertThat(second.held()).contains(position);
        assertThat(holder())
                .hasValueSatisfying(claim -> assertThat(claim.epoch()).isEqualTo(2));
    }

    @Test
    void aLostClaimIsNoticedByTheNextRenewalWithoutAnyCandle() throws InterruptedException {
        Trader trader = trader(SHORT);
        LiveSession session = trader.start(false);
        Claim lost = holder().orElseThrow();
        assertThat(store.takeOver(lost, "an operator", LEASE)).isInstanceOf(ClaimAnswer.Granted.class);
        assertThat(trader.next()).isEqualTo("ClaimLost");
        assertThat(trader.next()).isEqualTo("Stopped");
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        assertThat(holder())
                .hasValueSatisfying(claim -> assertThat(claim.owner()).isEqualTo("an operator"));
        assertThat(trader.events.ofType(Event.ClaimLost.class)).hasSize(1);
    }

    @Test
    void aSilentMarketDoesNotCostTheSlot() throws InterruptedException {
        Trader trader = trader(SHORT);
        trader.start(false);
        BlockingQueue<String> renewed = new LinkedBlockingQueue<>();
        store.interfere(renewed::add);
        for (int i = 0; i < 6; i++) {
            store.pass(Duration.ofMillis(50));
            assertThat(renewed.poll(Runs.LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("renew");
        }
        assertThat(store.renewals()).isGreaterThanOrEqualTo(5);
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
    }

    @Test
    void aRenewalThatCannotReachTheStoreIsReportedOnceAndTriedAgain() throws InterruptedException {
        Trader trader = trader(SHORT);
        trader.start(false);
        failAt(store, "renew", () -> StoreUnavailableException.notSent(told(), null));
        assertThat(trader.next()).isEqualTo("Failed");
        store.interfere(call -> {});
        assertThat(trader.next()).isEqualTo("Recovered");
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
    }

    @Test
    void aDeadOwnersSlotIsTakenOverWithoutWaiting() throws InterruptedException {
        String mine = ProcessOwner.name();
        String dead = mine.replaceFirst("-\\d+(-\\d+)$", "-7$1");
        store.claim(Runs.KEY, dead, LEASE);
        Trader trader = trader(LEASE);
        if (mine.contains("unknown")) { // this system cannot tell
            assertThatThrownBy(() -> trader.start(false)).isInstanceOf(ClaimLostException.class);
        } else {
            trader.start(false);
            assertThat(trader.minuteAt(100)).isEqualTo("Opened");
            assertThat(holder())
                    .hasValueSatisfying(claim -> assertThat(claim.epoch()).isEqualTo(2));
        }
    }

    @Test
    void aStoreThatIsDownAtTheStartIsClaimedOnceItIsBack() throws InterruptedException {
        failAt(store, "claim", () -> StoreUnavailableException.unknown(told(), null));
        Trader trader = trader(LEASE);
        trader.start(false);
        assertThat(trader.next()).isEqualTo("Failed");
        assertThat(trader.minuteAt(100)).isEqualTo("Idle");
        store.interfere(call -> {});
        assertThat(trader.minuteAt(100)).isEqualTo("Recovered");
        assertThat(holder()).isPresent();
    }

    @Test
    void aSleeperInDoubtOfItsOwnLastWriteDoesNotTakeItsSuccessorsPositionForItsOwn() throws InterruptedException {
        Trader sleeper = trader(LEASE);
        LiveSession session = sleeper.start(false);
        failAt(store, "write", () -> StoreUnavailableException.unknown(told(), null));
        assertThat(sleeper.minuteAt(100)).isEqualTo("Failed");
        assertThat(sleeper.next()).isEqualTo("Idle");
        store.interfere(call -> {});
        store.pass(LEASE);
        Trader successor = trader(LEASE);
        successor.start(false);
        assertThat(successor.minuteAt(100)).isEqualTo("Opened");

        assertThat(sleeper.minuteAt(100)).isEqualTo("ClaimLost");
        assertThat(sleeper.next()).isEqualTo("Stopped");
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        assertThat(sleeper.events.ofType(Event.Restored.class)).isEmpty();
    }

    @Test
    void aSlotThatSomebodyElseTookWhileTheStoreWasDownEndsTheSession() throws InterruptedException {
        failAt(store, "claim", () -> StoreUnavailableException.notSent(told(), null));
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        assertThat(trader.next()).isEqualTo("Failed");
        store.interfere(call -> {});
        store.claim(Runs.KEY, "another", LEASE);
        assertThat(trader.minuteAt(100)).isEqualTo("ClaimLost");
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
    }

    @Test
    void aSessionThatMayNotBeginGivesTheSlotBack() {
        failAt(store, "read", () -> new StoreRefusedException(told(), null));
        Trader trader = trader(LEASE);
        assertThatThrownBy(() -> trader.start(false)).isInstanceOf(StoreRefusedException.class);
        assertThat(holder()).isEmpty();
    }

    @Test
    void aSlotThatCannotBeGivenBackIsReported() throws InterruptedException {
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        failAt(store, "release", () -> StoreUnavailableException.unknown(told(), null));
        session.close();
        assertThat(trader.next()).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Stopped");
        assertThat(trader.events.ofType(Event.Failed.class).get(0).message()).endsWith("The lease runs out by itself.");
    }

    @Test
    void aStandbyThatIsStoppedWhileItWaitsEnds() throws InterruptedException {
        store.claim(Runs.KEY, "another", LEASE);
        Trader trader = trader(LEASE);
        LiveSession standby = trader.start(true);
        assertThat(trader.next()).isEqualTo("StandingBy");
        standby.stop();
        assertThat(standby.awaitEnd(Runs.LONG)).isTrue();
        assertThat(trader.next()).isEqualTo("Stopped");
        assertThat(holder())
                .hasValueSatisfying(claim -> assertThat(claim.owner()).isEqualTo("another"));
    }

    @Test
    void aStandbyOutlastsAStoreThatIsDownAndOneThatRefusesForATime() throws InterruptedException {
        failAt(store, "claim", () -> StoreUnavailableException.notSent(told(), null));
        Trader trader = trader(SHORT);
        LiveSession standby = trader.start(true);
        assertThat(trader.next()).isEqualTo("Failed");
        failAt(store, "claim", () -> new StoreRefusedException(told(), null));
        assertThat(trader.next()).isEqualTo("Failed");
        store.interfere(call -> {});
        assertThat(trader.next()).isEqualTo("Recovered");
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
        assertThat(standby.held()).isPresent();
    }

    /** As when a server stood still and goes on: the request is still in its network. */
    @Test
    void aRequestWhoseOutcomeWasUnknownFindsTheSlotClaimedAnewHoweverLateItArrives() throws InterruptedException {
        List<Claim> claims = new ArrayList<>();
        store.interfere(call -> {
            if (call.equals("write") && claims.size() < 4) {
                claims.add(holder().orElseThrow());
                throw StoreUnavailableException.unknown(told(), null);
            }
        });
        Trader trader = trader(LEASE);
        trader.start(false);
        assertThat(trader.minuteAt(100)).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Idle");
        assertThat(trader.minuteAt(100)).isEqualTo("Recovered");
        assertThat(trader.next()).isEqualTo("Opened");
        assertThat(claims).extracting(Claim::epoch).containsExactly(1L, 2L, 3L, 4L);
        Signal held = store.read(Runs.KEY).orElseThrow();
        for (Claim old : claims) {
            assertThatThrownBy(() -> store.write(old, held)).isInstanceOf(ClaimLostException.class);
        }
    }

    @Test
    void aChangeThatWasMadeThoughItsAnswerWasLostIsNotMadeAgain() throws InterruptedException {
        List<String> calls = new ArrayList<>();
        store.interfere(calls::add);
        Trader trader = trader(LEASE);
        trader.start(false);
        store.loseTheNextAnswerOf("write");
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
        assertThat(calls).containsExactly("claim", "read", "write", "renew", "claim", "read");
    }

    @Test
    void aSessionThatClaimedAnewWithoutAnAnswerDoesNotTakeItselfForItsSuccessor() throws InterruptedException {
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        store.loseTheNextAnswerOf("write", "claim");
        assertThat(trader.minuteAt(100)).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Idle");
        assertThat(holder()).map(Claim::epoch).contains(2L);
        assertThat(trader.minuteAt(100)).isEqualTo("Restored");
        assertThat(trader.next()).isEqualTo("Recovered");
        assertThat(trader.next()).isEqualTo("Active");
        assertThat(holder()).map(Claim::epoch).contains(3L);
        assertThat(session.held()).isEqualTo(store.read(Runs.KEY));
    }

    @Test
    void aStandbyThatCannotReadTheSlotGivesItBackToOneThatCan() throws InterruptedException {
        failAt(store, "read", () -> new StoreRefusedException(told(), null));
        Trader trader = trader(LEASE);
        trader.start(true);
        assertThat(trader.next()).isEqualTo("Failed");
        while (holder().isPresent()) {
            Thread.onSpinWait(); // claimed for a moment, each time it tries
        }
    }

    @Test
    void aClaimThatWasLostIsNotAskedForAgain() throws InterruptedException {
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        store.interfere(call -> {
            if (call.equals("write") || call.equals("renew")) {
                throw StoreUnavailableException.unknown(told(), null);
            }
        });
        assertThat(trader.minuteAt(100)).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Idle");
        store.interfere(call -> {});
        store.pass(LEASE.multipliedBy(2));
        Claim other = store.claim(Runs.KEY, "another", LEASE).claim();
        assertThat(trader.minuteAt(100)).isEqualTo("ClaimLost");
        store.release(other);
        assertThat(session.awaitEnd(Runs.LONG)).isTrue();
        assertThat(trader.next()).isEqualTo("Stopped");
        assertThat(holder()).isEmpty();
        assertThat(store.read(Runs.KEY)).isEmpty();
    }

    @Test
    void aStandbyEndsWhereSomebodyHasToDecide() throws InterruptedException {
        failAt(store, "claim", () -> new UnreadableSignalException(told(), null));
        Trader trader = trader(SHORT);
        assertThat(trader.start(true).awaitEnd(Runs.LONG)).isTrue();
        assertThat(trader.next()).isEqualTo("Failed");
        assertThat(trader.events.ofType(Event.Failed.class).get(0).activity()).isEqualTo("trade");
        assertThat(trader.next()).isEqualTo("Stopped");
    }

    @Test
    void aStandbyOutlastsWhatNoStoreMayThrow() throws InterruptedException {
        store.interfere(call -> {
            throw new IllegalArgumentException("a driver's own exception");
        });
        Trader trader = trader(SHORT);
        LiveSession standby = trader.start(true);
        assertThat(trader.next()).isEqualTo("Failed");
        assertThat(trader.events.ofType(Event.Failed.class).get(0).message())
                .isEqualTo(
                        "Cannot use the store of tested/TEST: it threw java.lang.IllegalArgumentException: a driver's"
                                + " own exception. No new entry will be taken until it can.");
        store.interfere(call -> {});
        assertThat(trader.next()).isEqualTo("Recovered");
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
        assertThat(standby.held()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"OPENING", "CLOSING"})
    void aStandbyEndsWhereOnlyABrokerKnowsWhatIsHeld(Phase phase) throws InterruptedException {
        store.write(Runs.KEY, SampleSignals.in(phase, Runs.KEY).build());
        Trader trader = trader(SHORT);
        assertThat(trader.start(true).awaitEnd(Runs.LONG)).isTrue();
        assertThat(trader.next()).isEqualTo("Failed");
        Event.Failed failed = trader.events.ofType(Event.Failed.class).get(0);
        assertThat(failed.activity()).isEqualTo("trade");
        assertThat(failed.message())
                .startsWith("Cannot go on with signal")
                .contains("its phase is " + phase.code())
                .endsWith("resolve the stored signal.");
        assertThat(trader.next()).isEqualTo("Stopped");
        assertThat(holder()).isEmpty();
    }

    @Test
    void anErrorInARenewalIsReportedOnceAndTheSlotIsKeptAllTheSame() throws InterruptedException {
        Trader trader = trader(SHORT);
        trader.start(false);
        CountDownLatch thrice = new CountDownLatch(3);
        store.interfere(call -> {
            thrice.countDown();
            throw new NoClassDefFoundError("some/Driver");
        });
        assertThat(trader.next()).isEqualTo("Failed");
        assertThat(thrice.await(Runs.LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        store.interfere(call -> {});
        assertThat(trader.next()).isEqualTo("Recovered");
        assertThat(trader.events.ofType(Event.Failed.class).get(0).message())
                .contains("NoClassDefFoundError: some/Driver", "It is tried again before the lease runs out.");
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
    }

    /** Leaves a session with an open position and marks of which it cannot know whether the store has them. */
    private void leaveMarksInDoubt(Trader trader, boolean written) throws InterruptedException {
        assertThat(trader.minuteAt(100)).isEqualTo("Opened");
        if (written) {
            store.loseTheNextAnswerOf("write");
        }
        store.interfere(call -> {
            if (!call.equals("write") || !written) {
                throw StoreUnavailableException.unknown(told(), null);
            }
        });
        assertThat(trader.minuteAt(100.5)).isEqualTo("Failed");
        assertThat(trader.next()).isEqualTo("Active");
        store.interfere(call -> {});
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void marksInDoubtAreLookedUpAndWrittenAgainWhetherTheStoreHasThemOrNot(boolean written)
            throws InterruptedException {
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        leaveMarksInDoubt(trader, written);
        List<String> calls = new ArrayList<>();
        store.interfere(calls::add);
        assertThat(trader.minuteAt(101)).isEqualTo("Recovered");
        assertThat(trader.next()).isEqualTo("Active");
        assertThat(calls).containsExactly("renew", "claim", "read", "write");
        assertThat(session.held()).isEqualTo(store.read(Runs.KEY)).isPresent();
    }

    /** The claim that a session asked for in an outage may arrive when another owner has come and gone. */
    @Test
    void aSlotThatAnotherOwnerFreedDuringAnOutageIsNotFilledAgain() throws InterruptedException {
        Trader trader = trader(LEASE);
        LiveSession session = trader.start(false);
        leaveMarksInDoubt(trader, false);
        Signal position = store.read(Runs.KEY).orElseThrow();
        String owner = holder().orElseThrow().owner();
        store.pass(LEASE.multipliedBy(2));
        Claim other = store.claim(Runs.KEY, "another", LEASE).claim();
        Instant closedAt = Instant.ofEpochMilli(Minutes.at(6));
        store.end(other, new ClosedSignal(position, CloseReason.CLOSED, position.priceOpen(), closedAt, 0));
        store.release(other);
        store.claim(Runs.KEY, owner, LEASE); // late

        assertThat(trader.minuteAt(101)).isEqualTo("Active");
        assertThat(store.read(Runs.KEY)).isEmpty();
        assertThat(trader.minuteAt(101)).isEqualTo("Recovered");
        assertThat(trader.next()).as("the next position").isEqualTo("Opened");
        assertThat(session.held().map(Signal::id))
                .isEqualTo(store.read(Runs.KEY).map(Signal::id))
                .isNotEqualTo(Optional.of(position.id()));
    }

    @Test
    void aStoreWithoutClaimsIsWarnedOfOnce() throws InterruptedException {
        List<Event> events = Runs.live(
                new SurvivingStore(),
                ALWAYS,
                ReplayFeed.of(Minutes.atFullHour().flat(9, 100).candles()));
        assertThat(events.get(0)).isInstanceOfSatisfying(Event.Warned.class, warned -> assertThat(warned.message())
                .isEqualTo(
                        "Nothing protects tested/TEST in surviving: from a second process: this store offers no claims."
                                + " See to it that only one trades it."));
        assertThat(Runs.only(Event.Warned.class, events)).hasSize(1);
    }

    @Test
    void leasesThatCannotBeAreRefused() {
        for (Duration lease : List.of(Duration.ZERO, Duration.ofMillis(99), Claims.LONGEST_LEASE.plusMillis(1))) {
            assertThatThrownBy(() -> BacktestKit.builder().claimLease(lease))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("Cannot claim slots for " + lease);
        }
    }
}
