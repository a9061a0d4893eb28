package io.backtestkit.testkit;

import static io.backtestkit.testkit.KitRun.assertCaught;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.backtestkit.testkit.KitRun.UnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kit catches each store written wrong in the group named for it. */
class WrongStoresTest {

    @ParameterizedTest
    @EnumSource(WrongStore.class)
    void aStoreWrittenWrongIsCaughtInItsGroup(WrongStore wrong) {
        assertCaught(wrong.name(), wrong.group(), () -> new SealedMapFixture(wrong.name(), wrong.opening()));
    }

    @ParameterizedTest
    @EnumSource(WrongInDepth.class)
    void aStoreThatIsWrongInDepthIsCaughtInItsGroup(WrongInDepth wrong) {
        assertCaught(wrong.name(), wrong.group(), () -> new SealedMapFixture(wrong.name(), wrong.opening()));
    }

    @ParameterizedTest
    @EnumSource(WrongDamage.class)
    void aStoreThatIsWrongAboutDamageIsCaughtInItsGroup(WrongDamage wrong) {
        assertCaught(wrong.name(), wrong.group(), () -> new SealedMapFixture(wrong.name(), wrong.opening()));
    }

    @ParameterizedTest
    @EnumSource(WrongHistory.class)
    void aStoreWhoseHistoryIsWrongIsCaughtInItsGroup(WrongHistory wrong) {
        assertCaught(wrong.name(), wrong.group(), () -> new SealedMapFixture(wrong.name(), wrong.opening()));
    }

    @ParameterizedTest
    @EnumSource(WrongReplacement.class)
    void aStoreThatReplacesDamageWronglyIsCaught(WrongReplacement wrong) {
        assertCaught(
                wrong.name(),
                SignalStoreConformance.ReplacedDamage.class,
                () -> new SealedMapFixture(wrong.name(), wrong.opening()));
    }

    @ParameterizedTest
    @EnumSource(WrongClaims.class)
    void aStoreWhoseClaimsAreWrongIsCaught(WrongClaims wrong) {
        assertCaught(wrong.name(), wrong.group(), () -> new ClaimedFixture(wrong.name(), wrong.planted()));
    }

    /** So whatever another group finds in a store made from it is the fault that was put in. */
    @Test
    void aDurableStoreThatNoOtherProcessCanOpenFailsForThatAlone() {
        assertCaught(
                "sealed map",
                SignalStoreConformance.ConcurrentProcesses.class,
                selectClass(UnderTest.class),
                () -> new SealedMapFixture("sealed map", SealedMapStore::new));
    }
}
