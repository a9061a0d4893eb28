package io.backtestkit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.servers.Server;
import io.backtestkit.servers.ServerKind;
import io.backtestkit.servers.SharedServers;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesTest {

    private static final SharedServers SERVERS = new SharedServers();
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    private Path csv = Path.of("unset");

    @BeforeEach
    void write_two_days_of_candles() throws Exception {
        csv = folder.resolve("candles.csv");
        Candles.Builder candles = Candles.builder(Interval.ONE_MINUTE);
        Random random = new Random(7);
        double price = 100;
        for (int i = 0; i < 2880; i++) {
            double next = Math.round(price * (1 + random.nextGaussian() * 0.002) * 100) / 100.0;
            candles.append(
                    1_700_000_040_000L + i * 60_000L, price, Math.max(price, next), Math.min(price, next), next, 1);
            price = next;
        }
        CandleCsv.write(csv, candles.build());
    }

    private interface Program {
        void run() throws Exception;
    }

    @AfterAll
    static void stop_the_servers() {
        SERVERS.close();
    }

    private String printedBy(Program program) throws Exception {
        PrintStream before = System.out;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } finally {
            System.setOut(before);
        }
        return printed();
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void awaitPrinted(String text) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!printed().contains(text)) {
            assertThat(System.nanoTime())
                    .as("waiting for '%s' after %s", text, printed())
                    .isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Test
    void the_backtest_prints_its_trades_and_fingerprint() throws Exception {
        assertThat(printedBy(() -> BacktestMain.main(new String[] {csv.toString()})))
                .contains("signals closed")
                .containsPattern("fingerprint [0-9a-f]{64}");
    }

    @Test
    void live_trading_opens_and_closes_what_the_backtest_does() throws Exception {
        String live = printedBy(() -> LiveReplayMain.main(
                new String[] {csv.toString(), folder.resolve("data").toString()}));
        assertThat(live).contains("opened   breakout/BTCUSD").contains("closed   ");
    }

    @Test
    void the_market_of_an_exchange_is_traded_on_paper_until_it_is_stopped() throws Exception {
        try (KlineExchange exchange = new KlineExchange()) {
            Thread trading = trading(exchange, new BufferedReader(Reader.nullReader()));
            awaitPrinted("opened   breakout/BTCUSDT");
            stop(trading);
        }
        try (SignalStore store = SignalStores.open("file:" + folder.resolve("data"))) {
            assertThat(store.keys()).containsExactly(new SignalKey("breakout", "BTCUSDT"));
        }
    }

    @Test
    void what_is_held_is_left_when_a_person_says_so() throws Exception {
        CountDownLatch obeyed = new CountDownLatch(1);
        Reader person = new StringReader("close\n") {
            @Override
            public int read(char[] text, int offset, int length) throws IOException {
                awaitPrinted("opened   breakout/BTCUSDT");
                int count = super.read(text, offset, length);
                if (count < 0) { // asked for another line, after it did what the first one says
                    obeyed.countDown();
                }
                return count;
            }
        };
        try (KlineExchange exchange = new KlineExchange()) {
            Thread trading = trading(exchange, new BufferedReader(person));
            assertThat(obeyed.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
            minutes(exchange, 724, 725, 110);
            awaitPrinted("closed   closed");
            stop(trading);
        }
        try (SignalStore store = SignalStores.open("file:" + folder.resolve("data"))) {
            assertThat(store.keys()).isEmpty();
        }
    }

    /** Starts to trade a market that has just left its range upwards. */
    private Thread trading(KlineExchange exchange, BufferedReader person) {
        minutes(exchange, 0, 710, 100);
        InstantSource then = InstantSource.fixed(Instant.ofEpochMilli(minute(726)));
        KlineFeed feed =
                new KlineFeed(exchange.address(), "BTCUSDT", 500, Duration.ofMillis(1), then, Duration.ofMinutes(1));
        String data = folder.resolve("data").toString();
        Thread trading = new Thread(() -> untilInterrupted(() -> LiveMarketMain.trade(feed, "BTCUSDT", data, person)));
        trading.start();
        while (exchange.asked().size() < 2) {
            Thread.onSpinWait();
        }
        minutes(exchange, 710, 724, 110); // after the full hour, so that no hour before it saw this price
        return trading;
    }

    private static void stop(Thread trading) throws InterruptedException {
        trading.interrupt();
        trading.join(LONGEST.toMillis());
        assertThat(trading.isAlive()).isFalse();
    }

    private static void minutes(KlineExchange exchange, int from, int to, double price) {
        for (int minute = from; minute < to; minute++) {
            exchange.minute(minute(minute), price);
        }
    }

    private static long minute(int minute) {
        return 1_700_000_040_000L + minute * 60_000L;
    }

    private void untilInterrupted(Program program) {
        try {
            printedBy(program);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void the_store_of_ones_own_takes_an_option_and_refuses_others() {
        String location = "sqlite:" + folder.resolve("signals.db");
        SignalStores.open(location + "?busyTimeout=1s").close();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignalStores.open(location + "?busyTimeout=soon&wait=1"))
                .withMessageContainingAll("busyTimeout was 'soon'", "the option 'wait' is not known");
    }

    @Test
    void clients_of_ones_own_serve_all_three_databases() throws Exception {
        String redis = SERVERS.get(ServerKind.REDIS).newPlace();
        // a client whose classes are not loaded yet may need longer to connect than the program gives it
        SignalStores.open(redis + "?connectTimeout=60s").close();
        String mongo = "mongodb://127.0.0.1:" + SERVERS.get(ServerKind.MONGO).port();
        String postgres = "jdbc:postgresql://127.0.0.1:"
                + SERVERS.get(ServerKind.POSTGRES).port() + "/postgres?user=postgres";
        assertThat(printedBy(() -> OwnClientMain.main(new String[] {csv.toString(), redis, mongo, postgres})))
                .containsPattern("[1-9][0-9]* signals ended in redis")
                .containsPattern("[1-9][0-9]* signals ended in mongodb://127.0.0.1:[0-9]+/trading")
                .containsPattern("[1-9][0-9]* signals ended in postgresql://127.0.0.1:[0-9]+/postgres");
    }

    @Test
    void a_thousand_signals_are_written_in_batches() throws Exception {
        String location = "file:" + folder.resolve("data");
        assertThat(printedBy(() -> BatchingMain.main(new String[] {location})))
                .contains("1000 signals in file:", "(batched)");
    }

    @Test
    void of_several_signals_postgresql_stores_all_or_none() throws Exception {
        Server postgres = SERVERS.get(ServerKind.POSTGRES);
        String location = postgres.through(postgres.port(), postgres.newPlace(), LONGEST);
        assertThat(printedBy(() -> SeveralSignalsMain.main(new String[] {location})))
                .containsSubsequence("refused: Cannot write", "0 stored", "2 stored");
    }

    @Test
    void a_person_is_alerted_when_the_store_is_away_and_when_it_is_back() throws Exception {
        try (Server redis = ServerKind.REDIS.start()) {
            String location = redis.newPlace() + "?connectTimeout=60s";
            CompletableFuture<String> trading = CompletableFuture.supplyAsync(() -> trade(location));
            awaitPrinted("opened ");
            redis.kill();
            awaitPrinted("ALERT Cannot ");
            redis.start();
            assertThat(ended(trading))
                    .contains("ALERT It works again to ", "ALERT Trading of breakout/BTCUSD has stopped.");
        }
    }

    private String trade(String location) {
        try {
            return printedBy(() -> AlertMain.main(new String[] {csv.toString(), location, "30000"}));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String ended(CompletableFuture<String> trading)
            throws ExecutionException, InterruptedException, TimeoutException {
        return trading.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    }
}
