package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkFault;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each time-out is 0.7 s or less, so nothing may take longer than a few of them. */
@Timeout(10)
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
        store = server.open(server.through(proxy.port(), name));
        direct = server.open(server.location(name));
        store.write(KEY, HELD);
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

    @Test
    void aLostReplyLeavesAWriteUnknownAndItHadHappened() {
        proxy.failOnce(NetworkFault.DROP_REPLIES, "next");

        assertUnavailable(() -> store.write(KEY, NEXT), true);

        assertThat(direct.read(KEY)).contains(NEXT);
    }

    @Test
    void aSwallowedRequestLeavesAWriteUnknownAndItHadNotHappened() {
        proxy.failOnce(NetworkFault.BLACK_HOLE, "next");

        assertUnavailable(() -> store.write(KEY, NEXT), true);

        assertThat(direct.read(KEY)).contains(HELD);
    }

    @Test
    void aResetConnectionLeavesADeleteUnknown() {
        proxy.failOnce(NetworkFault.RESET_REQUESTS, "delete");

        assertUnavailable(() -> store.delete(KEY), true);
    }

    @Test
    void aReadThatIsNotAnsweredChangedNothing() {
        proxy.failOnce(NetworkFault.DROP_REPLIES, "find");

        assertUnavailable(() -> store.read(KEY), false);
    }

    /** Claiming takes several requests; the one that only looks comes after those that change. */
    @Test
    void aClaimThatWasTakenIsUnknownIfALaterRequestOnlyLooksAndFails() {
        Claims claims = store.claims().orElseThrow();
        proxy.failOnce(NetworkFault.DROP_REPLIES, "find\0\b\0\0\0signals\0");

        assertUnavailable(() -> claims.claim(KEY, "owner", Duration.ofHours(1)), true);

        assertThat(direct.claims().orElseThrow().holder(KEY)).map(Claim::owner).contains("owner");
    }

    @Test
    void onceTheNetworkIsBackSoIsTheStore() {
        proxy.failOnce(NetworkFault.RESET_REQUESTS, "find");
        assertUnavailable(() -> store.read(KEY), false);

        proxy.pass();

        assertThat(readOnceItIsBack()).contains(HELD);
        store.write(KEY, NEXT);
        assertThat(direct.read(KEY)).contains(NEXT);
    }

    /** The driver looks for the server again twice a second. */
    private Optional<Signal> readOnceItIsBack() {
        for (int attempt = 0; attempt < 10; attempt++) {
            try {
                return store.read(KEY);
            } catch (StoreUnavailableException e) {
                assertThat(e.mayHaveHappened()).isFalse();
            }
        }
        return store.read(KEY);
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
