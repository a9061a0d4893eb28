package io.backtestkit.testkit;

import static io.backtestkit.testkit.KitRun.FEWEST_TESTS;
import static io.backtestkit.testkit.KitRun.assertAllGreen;
import static io.backtestkit.testkit.KitRun.failures;
import static io.backtestkit.testkit.KitRun.run;
import static io.backtestkit.testkit.KitRun.runAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import io.backtestkit.testkit.KitRun.UnderTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.Events;

/** The kit passes correct stores, skips nothing, and tells fixtures that say what is not so. */
class SignalStoreConformanceTest {

    private static final int STALLS = 3;

    @Test
    void aCorrectDurableStorePasses() {
        assertAllGreen(runAll(() -> new ToyFixture(ToyKind.CORRECT)));
    }

    @Test
    void aStoreOfThreeMethodsPassesWithWhatItLacksDeclared() {
        assertAllGreen(runAll(SmallestFixture::new));
    }

    @Test
    void aStoreThatLacksWhatItsFixtureDeclaresFails() {
        Events events = runAll(() -> new SealedMapFixture("three methods", place -> new ThreeMethods()));

        assertThat(failures(events))
                .anySatisfy(failure -> assertThat(failure).contains("Reopening"))
                .anySatisfy(failure -> assertThat(failure).contains("TradeHistory"))
                .anySatisfy(failure -> assertThat(failure).contains("keys"));
    }

    @Test
    void aStoreThatHasWhatItsFixtureDeniesFails() {
        Events events = runAll(() -> new SmallestFixture() {
            @Override
            public SignalStore open() {
                return new InMemorySignalStore();
            }
        });

        assertThat(failures(events))
                .anySatisfy(failure -> assertThat(failure).contains("TradeHistory"))
                .anySatisfy(failure -> assertThat(failure).contains("keys()"))
                .anySatisfy(failure -> assertThat(failure).contains("setAside()"));
    }

    @Test
    void aStoreThatHonoursNothingFailsEveryTest() {
        Events events = runAll(() -> new SealedMapFixture("nothing", place -> new HonoursNothing()));

        assertThat(events.succeeded().count()).as("succeeded").isZero();
        assertThat(events.failed().count()).as("failed").isGreaterThan(FEWEST_TESTS);
        assertThat(failures(events)).allSatisfy(failure -> assertThat(failure).contains(": [nothing] "));
    }

    @Test
    void aStoreThatSaysThatItReplacesInTwoStepsPasses() {
        Events events = run(
                () -> new SealedMapFixture("two steps", WrongReplacement.FREES_THE_SLOT_FIRST.opening()) {
                    @Override
                    public boolean replacesInOneStep() {
                        return false;
                    }
                },
                selectNestedClass(List.of(UnderTest.class), SignalStoreConformance.ReplacedDamage.class));

        assertThat(failures(events)).isEmpty();
        assertThat(events.succeeded().count()).as("succeeded").isPositive();
    }

    @Test
    void aStoreThatSaysThatItEndsInTwoStepsPasses() {
        Events events = run(
                () -> new ToyFixture(ToyKind.ENDS_WHAT_IT_SAW_HELD) {
                    @Override
                    public boolean endsInOneStep() {
                        return false;
                    }
                },
                selectNestedClass(List.of(UnderTest.class), SignalStoreConformance.LateChanges.class));

        assertThat(failures(events)).isEmpty();
        assertThat(events.succeeded().count()).as("succeeded").isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                SignalStoreConformance.ConcurrentUse.class,
                SignalStoreConformance.ClaimedSlots.class,
                SignalStoreConformance.LateChanges.class
            })
    void aCorrectStoreThatGivesUpWhereAnotherCallIsUnderWayPasses(Class<?> group) {
        Events events = run(
                () -> new SealedMapFixture("impatient", place -> ImpatientStore.over(new SealedMapStore(place))),
                selectNestedClass(List.of(UnderTest.class), group));

        assertThat(failures(events)).isEmpty();
        assertThat(events.succeeded().count()).as("succeeded").isPositive();
    }

    @Test
    void aCorrectStoreOnAMachineThatStandsStillForAMomentPasses() {
        AtomicInteger reads = new AtomicInteger();
        Events events = run(
                () -> new SealedMapFixture("stalled", place -> new SealedMapStore(place) {
                    @Override
                    public Optional<Signal> read(SignalKey key) {
                        if (key.symbol().startsWith("TOUCHED") && reads.incrementAndGet() <= STALLS) {
                            LockSupport.parkNanos(EXPIRES_AFTER.toNanos());
                            place.calls += CALLS_TO_LIVE;
                        }
                        return super.read(key);
                    }
                }),
                selectNestedClass(List.of(UnderTest.class), SignalStoreConformance.ClaimedExpiry.class));

        assertThat(failures(events)).isEmpty();
        assertThat(reads).as("reads of what is touched").hasValueGreaterThan(STALLS);
    }

    private static DiscoverySelector unproved() {
        return selectNestedClass(List.of(UnderTest.class), SignalStoreConformance.WhatIsUnproved.class);
    }

    @ParameterizedTest
    @EnumSource(Unproved.class)
    void aFixtureThatForgetsWhatWouldProveSomethingIsTold(Unproved forgotten) {
        Events events = run(() -> new ForgetfulFixture(forgotten, Set.of()), unproved());

        assertThat(failures(events))
                .singleElement()
                .asString()
                .contains("unproved()", "does not name " + forgotten + ". Implement that, or name it.");
    }

    @ParameterizedTest
    @EnumSource(Unproved.class)
    void aFixtureThatDeclaresWhatItCannotProvePasses(Unproved lacking) {
        Events events = run(() -> new ForgetfulFixture(lacking, EnumSet.of(lacking)), unproved());

        assertThat(failures(events)).isEmpty();
        assertThat(events.succeeded().count()).isOne();
    }

    @Test
    void aFixtureThatDeclaresUnprovedWhatIsProvedIsTold() {
        Set<Unproved> declared = EnumSet.of(Unproved.RIGHTS, Unproved.NETWORK);
        Events events = run(() -> new ForgetfulFixture(Unproved.NETWORK, declared), unproved());

        assertThat(failures(events))
                .singleElement()
                .asString()
                .contains("nothing is missing, " + Unproved.RIGHTS + ". Leave that out.");
    }

    @Test
    void aCorrectStoreWithClaimsPasses() {
        assertAllGreen(runAll(() -> new ClaimedFixture("claimed", claims -> claims)));
    }

    /** Declares everything away that can be declared away. */
    private static class SmallestFixture implements StoreFixture {
        @Override
        public Set<Unproved> unproved() {
            return EnumSet.of(Unproved.DAMAGE, Unproved.NETWORK, Unproved.RIGHTS);
        }

        @Override
        public String name() {
            return "three methods";
        }

        @Override
        public SignalStore open() {
            return new ThreeMethods();
        }

        @Override
        public boolean durable() {
            return false;
        }

        @Override
        public boolean listsKeys() {
            return false;
        }

        @Override
        public boolean keepsTradeLog() {
            return false;
        }

        @Override
        public boolean setsAside() {
            return false;
        }
    }

    /** Implements what must be implemented and is honest about its durability. */
    private static final class ThreeMethods implements SignalStore {

        private final InMemorySignalStore memory = new InMemorySignalStore();

        @Override
        public void write(SignalKey key, Signal signal) {
            memory.write(key, signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return memory.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            memory.delete(key);
        }

        @Override
        public boolean durable() {
            return false;
        }
    }

    private static final class HonoursNothing implements SignalStore {

        private static IllegalStateException broken() {
            return new IllegalStateException("broken");
        }

        @Override
        public void write(SignalKey key, Signal signal) {
            throw broken();
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            throw broken();
        }

        @Override
        public void delete(SignalKey key) {
            throw broken();
        }

        @Override
        public Set<SignalKey> keys() {
            throw broken();
        }

        @Override
        public boolean durable() {
            throw broken();
        }

        @Override
        public Optional<Claims> claims() {
            throw broken();
        }

        @Override
        public Optional<TradeLog> tradeLog() {
            throw broken();
        }

        @Override
        public String describe() {
            return "";
        }
    }
}
