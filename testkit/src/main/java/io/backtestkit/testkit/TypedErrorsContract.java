package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("typed-errors")
abstract class TypedErrorsContract extends StoreContract {

    TypedErrorsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private static SignalKey key(Change change) {
        return new SignalKey("errors", change.name());
    }

    private void prepareAll() {
        for (Change change : Change.values()) {
            change.before(key(change)).ifPresent(signal -> store().write(signal.key(), signal));
        }
    }

    /** Checks that what was thrown, if anything, is of the contract's family and tells what is wrong where. */
    private static void assertTyped(String what, @Nullable Throwable thrown) {
        if (thrown != null) {
            assertThat(thrown)
                    .as(
                            "what %s threw; wanted a SignalStoreException: StoreRefusedException where nothing was done,"
                                    + " StoreUnavailableException where something may have been",
                            what)
                    .isInstanceOf(SignalStoreException.class);
            SignalStoreException e = (SignalStoreException) thrown;
            assertThat(e.store()).as("the store it carries").isNotBlank();
            assertThat(e.found()).as("what it says was found").isNotBlank();
            assertThat(e.getMessage()).contains(e.store(), e.found());
        }
    }

    private static boolean mayHaveHappened(@Nullable Throwable thrown) {
        return thrown == null || (thrown instanceof StoreUnavailableException e && e.mayHaveHappened());
    }

    /** Checks that the slot holds what the caller was told: the change if it returned, not the change if it was refused. */
    private void assertToldTruly(Change change, @Nullable Throwable thrown) {
        SignalKey key = key(change);
        Optional<Signal> found = store().read(key);
        assertThat(found).as("the slot after %s", change).isIn(change.before(key), change.after(key));
        if (found.equals(change.before(key))) {
            assertThat(thrown).as("what told that a %s was not made", change).isNotNull();
        } else if (change.isOfOneSlot()) {
            assertThat(mayHaveHappened(thrown))
                    .as("a %s that was made was told to be so: %s", change, thrown)
                    .isTrue();
        }
    }

    /** A closed store may still work; if it throws, by type, and if it returns, the change is there. */
    @Test
    void aClosedStoreLosesNothingInSilence() {
        prepareAll();
        SignalStore closed = store();
        closed.close();
        Map<Change, Optional<Throwable>> thrown = new EnumMap<>(Change.class);
        for (Change change : Change.values()) {
            thrown.put(change, Optional.ofNullable(catchThrowable(() -> change.make(closed, key(change)))));
        }
        Throwable reading = catchThrowable(() -> closed.read(key(Change.REPLACE)));

        open();

        assertTyped("a read of a closed store", reading);
        thrown.forEach((change, failure) -> {
            assertTyped("a " + change + " of a closed store", failure.orElse(null));
            if (fixture().durable()) {
                assertToldTruly(change, failure.orElse(null));
            } else {
                assertFree(key(change));
            }
        });
    }

    /** Interrupts close files and end waits: the caller is told the truth all the same, and the thread stays interrupted. */
    @Test
    void anInterruptedThreadIsToldTheTruth() {
        prepareAll();
        for (Change change : Change.values()) {
            Thread.currentThread().interrupt();
            Throwable thrown = catchThrowable(() -> change.make(store(), key(change)));
            boolean interrupted = Thread.interrupted();

            assertTyped("a " + change + " on an interrupted thread", thrown);
            assertThat(interrupted)
                    .as("the thread is still interrupted after a %s", change)
                    .isTrue();
            assertToldTruly(change, thrown);
        }
        store().write(KEY, Change.held(KEY));
        assertHolds(Change.held(KEY));
    }

    /** Where a fixture knows no rights, nothing is refused. */
    @Test
    void whatIsForbiddenIsRefusedAndChangesNothing() {
        prepareAll();
        Optional<Supplier<SignalStore>> forbidden = fixture().forbidden();
        if (forbidden.isPresent()) {
            Throwable opening = catchThrowable(() -> {
                try (SignalStore store = forbidden.get().get()) {
                    assertRefusesChanges(store);
                }
            });
            if (opening != null) {
                assertRefusal("opening what may only be read", opening);
            }
        } else {
            for (Change change : Change.values()) {
                change.make(store(), key(change));
            }
        }
        for (Change change : Change.values()) {
            SignalKey key = key(change);
            assertThat(store().read(key))
                    .as("the slot after a %s", change)
                    .isEqualTo(forbidden.isPresent() ? change.before(key) : change.after(key));
        }
    }

    private static void assertRefusesChanges(SignalStore store) {
        for (Change change : Change.values()) {
            assertThat(store.read(key(change))).as("read of what may be read").isEqualTo(change.before(key(change)));
            assertRefusal(
                    "a " + change + " of what may only be read", catchThrowable(() -> change.make(store, key(change))));
        }
    }

    private static void assertRefusal(String what, @Nullable Throwable thrown) {
        if (thrown instanceof AssertionError error) {
            throw error;
        }
        assertThat(thrown).as("what %s threw", what).isInstanceOf(StoreRefusedException.class);
        assertTyped(what, thrown);
        if (thrown instanceof StoreRefusedException refusal) {
            assertThat(refusal.advice()).as("advice").isNotBlank();
        }
    }
}
