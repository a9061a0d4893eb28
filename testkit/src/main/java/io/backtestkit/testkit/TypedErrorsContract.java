package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

abstract class TypedErrorsContract extends StoreContract {

    TypedErrorsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private void prepare(Change change) {
        change.before(KEY).ifPresent(signal -> store().write(KEY, signal));
    }

    /** Checks that what was thrown, if anything, is of the contract's family and tells what is wrong where. */
    private static void assertTyped(Change change, @Nullable Throwable thrown) {
        if (thrown != null) {
            assertThat(thrown).as("what a %s threw", change).isInstanceOf(SignalStoreException.class);
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
        Optional<Signal> found = store().read(KEY);
        assertThat(found).as("the slot after %s", change).isIn(change.before(KEY), change.after(KEY));
        if (found.equals(change.after(KEY)) && change.isOfOneSlot()) {
            assertThat(mayHaveHappened(thrown))
                    .as("a %s that was made was told to be so: %s", change, thrown)
                    .isTrue();
        } else if (found.equals(change.before(KEY))) {
            assertThat(thrown).as("what told that a %s was not made", change).isNotNull();
        }
    }

    /** A closed store may still work; if it throws, by type, and if it returns, the change is there. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void aClosedStoreLosesNothingInSilence(Change change) {
        prepare(change);
        SignalStore closed = store();
        closed.close();

        Throwable thrown = catchThrowable(() -> change.make(closed, KEY));

        open();
        assertTyped(change, thrown);
        if (fixture().durable()) {
            assertToldTruly(change, thrown);
        } else {
            assertFree(KEY);
        }
    }

    @Test
    void aClosedStoreIsReadByTypeToo() {
        store().write(KEY, Change.held(KEY));
        store().close();

        Throwable thrown = catchThrowable(() -> assertThat(store().read(KEY)).contains(Change.held(KEY)));

        assertTyped(Change.REPLACE, thrown);
    }

    /** Interrupts close files and end waits: the caller is told the truth all the same, and the thread stays interrupted. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void anInterruptedThreadIsToldTheTruth(Change change) {
        prepare(change);
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> change.make(store(), KEY));
        boolean interrupted = Thread.interrupted();

        assertTyped(change, thrown);
        assertThat(interrupted).as("the thread is still interrupted").isTrue();
        assertToldTruly(change, thrown);
        store().write(KEY, Change.held(KEY));
        assertHolds(Change.held(KEY));
    }

    /** Where a fixture knows no rights, nothing is refused. */
    @ParameterizedTest
    @EnumSource(Change.class)
    void whatIsForbiddenIsRefusedAndChangesNothing(Change change) {
        prepare(change);
        Optional<Supplier<SignalStore>> forbidden = fixture().forbidden();
        if (forbidden.isEmpty()) {
            change.make(store(), KEY);
            assertThat(store().read(KEY)).isEqualTo(change.after(KEY));
            return;
        }

        Throwable thrown = catchThrowable(() -> {
            try (SignalStore store = forbidden.get().get()) {
                assertThat(store.read(KEY)).as("read of a readable store").isEqualTo(change.before(KEY));
                change.make(store, KEY);
            }
        });

        assertThat(thrown)
                .as("what opening a forbidden store, or a %s in it, threw", change)
                .isInstanceOf(StoreRefusedException.class);
        assertTyped(change, thrown);
        assertThat(((StoreRefusedException) thrown).advice()).as("advice").isNotBlank();
        assertThat(store().read(KEY)).isEqualTo(change.before(KEY));
    }
}
