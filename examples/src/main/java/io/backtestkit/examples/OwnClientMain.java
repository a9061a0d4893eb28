package io.backtestkit.examples;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.ReplayFeed;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.mongo.MongoOptions;
import io.backtestkit.store.mongo.MongoSignalStore;
import io.backtestkit.store.postgres.PostgresSignalStore;
import io.backtestkit.store.redis.RedisOptions;
import io.backtestkit.store.redis.RedisSignalStore;
import io.backtestkit.strategy.Parameters;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Trades on stores that use clients of one's own. Arguments: the file of candles, then the addresses of a Redis, a MongoDB
 * and a PostgreSQL, as their own clients write them.
 */
public final class OwnClientMain {

    private OwnClientMain() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Candles candles = CandleCsv.read(Path.of(args[0]));
        onRedis(args[1], candles);
        onMongo(args[2], candles);
        onPostgres(args[3], candles);
    }

    private static void onRedis(String address, Candles candles) throws InterruptedException {
        // tag::redis[]
        RedisClient client = RedisClient.create(address);
        RedisOptions options = RedisOptions.defaults().expiringAbandonedAfter(Duration.ofDays(7));
        try (SignalStore store = RedisSignalStore.on(client, options)) {
            trade(store, candles);
        } finally {
            client.shutdown();
        }
        // end::redis[]
    }

    private static void onMongo(String address, Candles candles) throws InterruptedException {
        // tag::mongo[]
        MongoOptions options = MongoOptions.defaults().onSingleNode();
        try (MongoClient client = MongoClients.create(address);
                SignalStore store = MongoSignalStore.on(client, "trading", options)) {
            trade(store, candles);
        }
        // end::mongo[]
    }

    private static void onPostgres(String address, Candles candles) throws InterruptedException {
        // tag::postgres[]
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(address);
        pool.setMaximumPoolSize(20);
        pool.setConnectionTimeout(5_000);
        pool.setIdleTimeout(30_000);
        try (HikariDataSource source = new HikariDataSource(pool);
                SignalStore store = PostgresSignalStore.on(source)) {
            trade(store, candles);
        }
        // end::postgres[]
    }

    // tag::trade[]
    private static void trade(SignalStore store, Candles candles) throws InterruptedException {
        try (BacktestKit kit = BacktestKit.builder().store(store).build()) {
            kit.live()
                    .strategy("breakout", new Breakout(Parameters.none()))
                    .symbol("BTCUSD")
                    .feed(ReplayFeed.of(candles))
                    .start()
                    .awaitEnd();
        }
        int ended = store.tradeLog()
                .orElseThrow()
                .trades(new SignalKey("breakout", "BTCUSD"))
                .size();
        System.out.println(ended + " signals ended in " + store.describe());
    }
    // end::trade[]
}
