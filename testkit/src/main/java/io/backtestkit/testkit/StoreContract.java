package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** One group of the kit: a new fixture and an open store for each test. */
@ExtendWith(StoreContract.NamedFailures.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class StoreContract {

    static final SignalKey KEY = SampleSignals.key();
    static final SignalKey OTHER = new SignalKey("reversal", "ETHUSDT");

    private final Supplier<StoreFixture> fixtures;
    private @Nullable StoreFixture fixture;
    private @Nullable SignalStore store;

    StoreContract(Supplier<StoreFixture> fixtures) {
        this.fixtures = fixtures;
    }

    @BeforeEach
    void openStore() {
        openFixture();
        open();
    }

    /** Makes the place and leaves it untouched. */
    final void openFixture() {
        fixture = fixtures.get();
    }

    /** Opens the store, which {@link #openStore} has not, or closed meanwhile. */
    final void open() {
        store = fixture().open();
    }

    /** Goes on with a new place, and says whether more than one store may be open on it at once. */
    final boolean openWhereSeveralMay() {
        closeStore();
        store = null;
        fixture = null;
        openFixture();
        boolean several = fixture()
                .otherProcesses() // which it is asked for only before anything was opened
                .filter(how -> !how.oneAtATime())
                .isPresent();
        open();
        return several;
    }

    @AfterEach
    void closeStore() {
        if (fixture != null) {
            try {
                if (store != null) {
                    store.close();
                }
            } finally {
                fixture.close();
            }
        }
    }

    StoreFixture fixture() {
        if (fixture == null) {
            throw new IllegalStateException("the fixture is not there yet");
        }
        return fixture;
    }

    SignalStore store() {
        if (store == null) {
            throw new IllegalStateException("the store is not open yet");
        }
        return store;
    }

    void closeAndReopen() {
        closeAndReopen(() -> {});
    }

    void closeAndReopen(Runnable meanwhile) {
        store().close();
        meanwhile.run();
        open();
    }

    void assertHolds(Signal signal) {
        assertThat(store().read(signal.key())).as("read of %s", signal.key()).contains(signal);
    }

    void assertFree(SignalKey key) {
        assertThat(store().read(key)).as("read of %s", key).isEmpty();
    }

    /** Expects exactly these keys to be listed, or the refusal of a store that was declared not to list any. */
    void assertLists(Collection<SignalKey> keys) {
        if (fixture().listsKeys()) {
            assertThat(store().keys()).as("keys()").containsExactlyInAnyOrderElementsOf(keys);
        } else {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .as("keys() of a store declared not to list them")
                    .isThrownBy(() -> store().keys());
        }
    }

    /** Returns the damage that an examination tells; none of a store that lists no keys, and so may offer no examination. */
    List<StoreFinding> damagedFindings() {
        if (!fixture().listsKeys()) {
            return List.of();
        }
        return store().check().stream()
                .filter(finding -> finding.level() == StoreFinding.Level.DAMAGED)
                .toList();
    }

    /** Expects an examination to tell damage of {@link #KEY}, if there may be one, and which slot it is of. */
    void assertTellsDamage() {
        if (fixture().listsKeys()) {
            assertThat(damagedFindings()).as("damage that check() tells").anySatisfy(finding -> {
                assertThat(finding.subject()).as("its subject").contains(KEY.strategy(), KEY.symbol());
                assertThat(finding.found()).as("what it says was found").isNotBlank();
            });
        }
    }

    /** Checks the trade log, or that there is none where the fixture declares none. */
    void withLog(Consumer<TradeLog> checks) {
        assertThat(store().tradeLog().isPresent())
                .as("tradeLog() is present")
                .isEqualTo(fixture().keepsTradeLog());
        store().tradeLog().ifPresent(checks);
    }

    /** Checks the claims, or that there are none where the fixture offers none. */
    void withClaims(Consumer<Claims> checks) {
        assertThat(store().claims().isPresent())
                .as("claims() is present")
                .isEqualTo(fixture().offersClaims());
        store().claims().ifPresent(checks);
    }

    static Claim granted(ClaimAnswer answer) {
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        return answer.claim();
    }

    /** Begins each failure with the name of the backend, and of the group as {@code -Dgroups=...} has it. */
    static final class NamedFailures
            implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
            throw named(context, failure);
        }

        @Override
        public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) {
            throw named(context, failure);
        }

        @Override
        public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) {
            throw named(context, failure);
        }

        private static AssertionError named(ExtensionContext context, Throwable failure) {
            StoreFixture fixture = ((StoreContract) context.getRequiredTestInstance()).fixture;
            String name = fixture == null ? "no fixture" : fixture.name();
            String text = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
            String group = String.join(" ", context.getTags());
            AssertionError error = new AssertionError("[" + name + "] " + group + ": " + text, failure);
            error.setStackTrace(failure.getStackTrace());
            return error;
        }
    }
}
