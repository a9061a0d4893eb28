package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    private static final SignalKey HELD_KEY = SampleSignals.key();
    private static final SignalKey ABANDONED_KEY = new SignalKey("reversal", "ETHUSDT");
    private static final Signal HELD = SampleSignals.openLong(HELD_KEY).build();

    @Test
    void aHeldSignalOutlivesItsTimeToLiveAndAnAbandonedOneGoes() {
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.patient() + "&expireAbandonedAfter=2m")) {
            store.write(HELD_KEY, HELD);
            store.write(ABANDONED_KEY, SampleSignals.openLong(ABANDONED_KEY).build());
            assertThat(store.expireAbandonedAfter()).contains(Duration.ofMinutes(2));
            assertThat(timeToLive(redis)).isBetween(60_001L, 120_000L);

            redis.ask(commands -> commands.pexpire("signal:breakout:BTCUSDT", 60_000));
            store.touch(HELD_KEY);
            redis.ask(commands -> commands.pexpire("signal:reversal:ETHUSDT", 1));

            Poll.until(
                    "the abandoned one is gone", () -> store.read(ABANDONED_KEY).isEmpty());
            assertThat(timeToLive(redis)).isBetween(60_001L, 120_000L);
            assertThat(store.read(HELD_KEY)).contains(HELD);
            redis.ask(commands -> commands.pexpire("signal:breakout:BTCUSDT", 1));
            Poll.until("the other one is abandoned, too", () -> store.read(HELD_KEY)
                    .isEmpty());
        }
    }

    private static long timeToLive(RealRedis redis) {
        return redis.ask(commands -> commands.pttl("signal:breakout:BTCUSDT"));
    }

    @Test
    void nothingExpiresByDefaultAndTouchingSetsNoTimeToLive() {
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.patient())) {
            store.write(HELD_KEY, HELD);
            store.touch(HELD_KEY);
            store.touch(ABANDONED_KEY);

            assertThat(store.expireAbandonedAfter()).isEmpty();
            assertThat(redis.<Object>ask(commands -> commands.pttl("signal:breakout:BTCUSDT")))
                    .isEqualTo(-1L);
        }
    }

    @Test
    void aTimeToLiveSetByOthersEndsWithTheNextWrite() {
        try (RealRedis redis = RealRedis.durable();
                SignalStore store = SignalStores.open(redis.patient())) {
            store.write(HELD_KEY, HELD);
            redis.ask(commands -> commands.expire("signal:breakout:BTCUSDT", 100));

            store.write(HELD_KEY, HELD);

            assertThat(redis.<Object>ask(commands -> commands.pttl("signal:breakout:BTCUSDT")))
                    .isEqualTo(-1L);
        }
    }
}
