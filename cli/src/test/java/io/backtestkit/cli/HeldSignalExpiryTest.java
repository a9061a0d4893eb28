package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.CandleFeed;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.servers.Server;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.strategy.Bracket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A running engine on real servers that remove abandoned signals; the time to live is theirs, so it has to pass. */
class HeldSignalExpiryTest {

    private static final long START = 1_700_000_040_000L;
    private static final Duration TIME_TO_LIVE = Duration.ofSeconds(4);
    private static final SignalKey KEY = new SignalKey("holder", "TEST");
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Gives one minute after its history, then nothing until it is closed. */
    private static final class SilentFeed implements CandleFeed {

        private final Candles history;
        private final BlockingQueue<Optional<Candle>> given = new LinkedBlockingQueue<>();

        SilentFeed() {
            Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);
            for (int minute = 0; minute < 5; minute++) {
                candles.append(still(minute));
            }
            history = candles.build();
            given.add(Optional.of(still(5)));
        }

        private static Candle still(int minute) {
            return new Candle(START + minute * Interval.MINUTE_MILLIS, 100, 100, 100, 100, 1);
        }

        @Override
        public Candles history() {
            return history;
        }

        @Override
        public Optional<Candle> next() throws InterruptedException {
            return given.take();
        }

        @Override
        public InstantSource clock() {
            return InstantSource.fixed(Instant.ofEpochMilli(START + 6 * Interval.MINUTE_MILLIS));
        }

        @Override
        public void close() {
            given.add(Optional.empty());
        }
    }

    @Test
    void a_held_signal_outlives_its_time_to_live_while_the_feed_is_silent() throws InterruptedException {
        List<String> locations = Stream.of(RealServers.redis(), RealServers.postgres())
                .map(HeldSignalExpiryTest::expiring)
                .toList();
        try (SignalStore redis = SignalStores.open(locations.get(0));
                SignalStore postgres = SignalStores.open(locations.get(1));
                BacktestKit onRedis = BacktestKit.builder().store(redis).build();
                BacktestKit onPostgres = BacktestKit.builder().store(postgres).build()) {
            LiveSession first = open(onRedis);
            LiveSession second = open(onPostgres);
            long end = System.nanoTime() + TIME_TO_LIVE.toNanos() * 3 / 2;
            while (System.nanoTime() < end) {
                assertThat(redis.read(KEY)).isEqualTo(first.held()).isPresent();
                assertThat(postgres.read(KEY)).isEqualTo(second.held()).isPresent();
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            }
        }
    }

    private static String expiring(Server server) {
        String place = RealServers.patientPlace(server);
        return place + (place.contains("?") ? "&" : "?") + "expireAbandonedAfter=" + TIME_TO_LIVE.toSeconds() + "s";
    }

    /** Returns once a position is held. */
    private static LiveSession open(BacktestKit kit) throws InterruptedException {
        BlockingQueue<Event> opened = new LinkedBlockingQueue<>();
        kit.events().on(Event.Opened.class, opened::add);
        LiveSession session = kit.live()
                .strategy(
                        KEY.strategy(),
                        market -> Optional.of(Bracket.buy()
                                .takeProfit(102)
                                .stopLoss(99)
                                .minutes(60)
                                .build()))
                .symbol(KEY.symbol())
                .feed(new SilentFeed())
                .start();
        assertThat(opened.poll(2, TimeUnit.MINUTES)).isNotNull();
        return session;
    }
}
