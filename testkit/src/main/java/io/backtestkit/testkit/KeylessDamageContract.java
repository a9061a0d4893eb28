package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damages one of two records so that its key cannot be told. Where the fixture says that this cannot happen, both are listed
 * by their keys and nothing else is reported.
 */
@Tag("keyless-damage")
abstract class KeylessDamageContract extends StoreContract {

    /** A store that names its records readably cannot name this one so. */
    static final SignalKey LOST = new SignalKey("Break/Out", "BTC/USDT ".repeat(20) + "\u20bf");

    static final Signal HELD = SampleSignals.openLong(LOST).build();

    private static final Signal NEIGHBOUR = SampleSignals.openLong(OTHER).build();

    KeylessDamageContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    /** Says whether it could be done; else checks that nothing is wrong. */
    private boolean damaged() {
        store().write(LOST, HELD);
        store().write(OTHER, NEIGHBOUR);
        if (!fixture().listsKeys()) {
            return false; // whoever lists nothing leaves nothing out
        }
        assertThat(store().keyless()).as("keyless() of an undamaged store").isEmpty();
        boolean[] damaged = new boolean[1];
        Runnable damage = () -> damaged[0] =
                fixture().damager().map(damager -> damager.damageKey(LOST)).orElse(false);
        if (fixture().durable()) {
            closeAndReopen(damage);
        } else {
            damage.run();
        }
        if (!damaged[0]) {
            assertLists(List.of(LOST, OTHER));
            assertThat(store().keyless()).as("keyless() of an undamaged store").isEmpty();
        }
        return damaged[0];
    }

    /** Whoever goes by the keys would else take the slot for free. */
    @Test
    void itIsReportedWhereTheKeysLeaveItOut() {
        if (damaged()) {
            assertLists(List.of(OTHER));
            assertThat(store().keyless()).as("keyless()").singleElement().satisfies(finding -> {
                assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED);
                assertThat(finding.subject()).as("its subject").isNotBlank();
                assertThat(finding.found()).as("what it says was found").isNotBlank();
                assertThat(finding.advice()).as("what it says is to be done").isNotBlank();
            });
        }
    }

    @Test
    void anExaminationTellsItToo() {
        if (damaged()) {
            assertThat(store().keyless()).as("keyless()").isNotEmpty();
            assertThat(store().check()).as("check()").containsAll(store().keyless());
        }
    }

    @Test
    void itStaysWhateverIsDoneWithOtherSlots() {
        if (damaged()) {
            List<StoreFinding> before = store().keyless();
            Signal next = NEIGHBOUR.toBuilder().note("next").build();

            assertThat(before).as("keyless()").isNotEmpty();
            assertHolds(NEIGHBOUR);
            store().write(OTHER, next);
            assertHolds(next);
            store().delete(OTHER);
            assertFree(OTHER);
            closeAndReopen();

            assertLists(List.of());
            if (fixture().durable()) {
                assertThat(store().keyless()).as("keyless() after reopening").isEqualTo(before);
            }
        }
    }
}
