package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.servers.EmulatedMongo;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Opening one database with and without a time to live, on an emulator that passes the preflight. */
class TimeToLiveTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Duration LONG = Duration.ofHours(1);

    private static SignalStore open(String location) {
        return new MongoSignalStoreProvider().open(StoreLocation.parse(location + "&" + TestServer.PATIENT));
    }

    @Test
    void itIsNotMadeUnderAnOwnerThatWasStartedWithoutIt() {
        try (EmulatedMongo server = new EmulatedMongo()) {
            String place = server.newPlace();
            String expiring = place + "&expireAbandonedAfter=1h";
            try (SignalStore without = open(place)) {
                Claims claims = without.claims().orElseThrow();
                Claim claim = claims.claim(KEY, "someone", LONG).claim();
                claims.write(claim, HELD);

                assertThatExceptionOfType(StoreRefusedException.class)
                        .isThrownBy(() -> open(expiring).close())
                        .withMessageContainingAll("breakout/BTCUSDT is held by someone until", "expireAbandonedAfter");

                open(place).close();
                assertThat(without.read(KEY)).contains(HELD);
                claims.release(claim);
            }
            try (SignalStore with = open(expiring)) {
                with.claims().orElseThrow().claim(KEY, "someone", LONG);
                open(expiring).close();
                assertThatExceptionOfType(StoreRefusedException.class)
                        .isThrownBy(() -> open(place).close())
                        .withMessageContaining("nothing asks for that");
            }
        }
    }
}
