package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each time-out is 0.7 s or less, so nothing takes longer than a few of them, unless the machine stands still. */
@Timeout(60)
abstract class NetworkFaultsContract {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Signal NEXT = HELD.toBuilder().note("next").build();

    private final TestServer server;
    private final String name;
    private final NetworkProxy proxy;
    private MongoSignalStore store;
    private MongoSignalStore direct;

    NetworkFaultsContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
        proxy = new NetworkProxy(server.host(), server.port());
    }

    @BeforeEach
    void open() {
        direct = server.open(server.location(name, TestServer.PATIENT));
        direct.write(KEY, HELD);
        store = Patiently.get(() -> server.open(server.through(proxy.port(), name)));
        assertThat(Patiently.get(() -> store.read(KEY))).contains(HELD);
    }

    @AfterEach
    void drop() {
        store.close();
        direct.close();
        proxy.close();
        server.database(name).drop();
    }

    private void assertUnavailable(Runnable call, boolean mayHaveHappened) {
        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(call::run)
                .satisfies(e -> {
                    assertThat(e.mayHaveHappened())
                            .as("may have happened: %s", e)
                            .isEqualTo(mayHaveHappened);
                    assertThat(e.getMessage()).contains("breakout/BTCUSDT", "127.0.0.1:" + proxy.port() + "/" + name);
                });
    }

    /** Makes the call until it meets the fault: on a slow machine it may have been given up before. */
    private void assertStruck(Runnable call, boolean mayHaveHappened) {
        while (proxy.struckMessages() == 0) {
            StoreUnavailableException thrown = catchThrowableOfType(StoreUnavailableException.class, call::run);
            if (proxy.struckMessages() > 0) {
                assertUnavailable(() -> throwAgain(thrown), mayHaveHappened);
            }
        }
    }

    private static void throwAgain(@Nullable StoreUnavailableException thrown) {
        if (thrown != null) {
            throw thrown;
        }
    }

    @Test
    void aLostReplyLeavesAWriteUnknownAndItHadHappened() {
        proxy.failOnce(NetworkFault.DROP_REPLIES, "next");

        assertStruck(() -> store.write(KEY, NEXT), true);

        assertThat(direct.read(KEY)).contains(NEXT);
    }

    @Test
    void aSwallowedRequestLeavesAWriteUnknownAndItHadNotHappened() {
        proxy.failOnce(NetworkFault.BLACK_HOLE, "next");

        assertStruck(() -> store.write(KEY, NEXT), true);

        assertThat(direct.read(KEY)).contains(HELD);
    }

    @Test
    void aResetConnectionLeavesADeleteUnknown() {
        proxy.failOnce(NetworkFault.RESET_REQUESTS, "delete");

        assertStruck(() -> store.delete(KEY), true);
    }

    @Test
    void aReadThatIsNotAnsweredChangedNothing() {
        proxy.failOnce(NetworkFault.DROP_REPLIES, "find");

        assertStruck(() -> store.read(KEY), false);
    }

    /** Claiming takes several requests; the one that only looks comes after those that change. */
    @Test
    void aClaimThatWasTakenIsUnknownIfALaterRequestOnlyLooksAndFails() {
        Claims claims = store.claims().orElseThrow();
        proxy.failOnce(NetworkFault.DROP_REPLIES, "find\0\b\0\0\0signals\0");

        assertStruck(() -> claims.claim(KEY, "owner", Duration.ofHours(1)), true);

        assertThat(direct.claims().orElseThrow().holder(KEY)).map(Claim::owner).contains("owner");
    }

    @Test
    void onceTheNetworkIsBackSoIsTheStore() {
        proxy.failOnce(NetworkFault.RESET_REQUESTS, "find");
        assertStruck(() -> store.read(KEY), false);

        proxy.pass();

        assertThat(readOnceItIsBack()).contains(HELD);
        Patiently.run(() -> store.write(KEY, NEXT));
        assertThat(direct.read(KEY)).contains(NEXT);
    }

    /** The driver looks for the server again twice a second. */
    private Optional<Signal> readOnceItIsBack() {
        return Patiently.get(() -> {
            try {
                return store.read(KEY);
            } catch (StoreUnavailableException e) {
                assertThat(e.mayHaveHappened()).isFalse();
                throw e;
            }
        });
    }

    @Test
    void withoutAServerNothingIsSent() {
        proxy.refuse();
        try {
            store.read(KEY);
        } catch (StoreUnavailableException seen) {
            assertThat(seen.mayHaveHappened()).isFalse();
        }

        assertUnavailable(() -> store.write(KEY, NEXT), false);

        assertThat(direct.read(KEY)).contains(HELD);
    }
}
