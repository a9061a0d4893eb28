package io.backtestkit.store.postgres;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Times the store and, turn by turn in the same run, the bare driver doing the same request on a connection of its own. */
final class BenchMain {

    private static final int ROUNDS = 2_000;
    private static final int BATCH = 100;

    private BenchMain() {}

    private interface Request {
        void send() throws SQLException;
    }

    public static void main(String[] arguments) throws Exception {
        Signal signal = SampleSignals.openLong(Samples.KEY).build();
        SignalKey key = signal.key();
        String json = SignalCodec.encode(signal);
        try (TestServer server = TestServer.start(18, Map.of());
                PostgresSignalStore store = PostgresSignalStore.open(server.location("schema=bench"));
                Connection bare = server.connect();
                PreparedStatement upsert = bare.prepareStatement(
                        "insert into bench.signals (strategy_name, symbol, signal_data, signal_hash) values ('bare', ?,"
                                + " ?::jsonb, 0) on conflict (strategy_name, symbol) do update set signal_data ="
                                + " excluded.signal_data, updated_at = now()");
                PreparedStatement select = bare.prepareStatement(
                        "select signal_data::text from bench.signals where strategy_name = 'bare' and symbol = ?")) {
            Request bareWrite = () -> {
                upsert.setString(1, key.symbol());
                upsert.setString(2, json);
                upsert.executeUpdate();
            };
            Request bareRead = () -> {
                select.setString(1, key.symbol());
                try (ResultSet rows = select.executeQuery()) {
                    rows.next();
                    rows.getString(1);
                }
            };
            Request bareReadDecoded = () -> {
                select.setString(1, key.symbol());
                try (ResultSet rows = select.executeQuery()) {
                    rows.next();
                    SignalCodec.decode(rows.getString(1));
                }
            };
            Map<SignalKey, Signal> many = new HashMap<>();
            for (int i = 0; i < BATCH; i++) {
                SignalKey one = new SignalKey("many", "S" + i);
                many.put(one, SampleSignals.openLong(one).build());
            }
            compare("write", () -> store.write(key, signal), bareWrite, ROUNDS);
            compare("read", () -> store.read(key), bareRead, ROUNDS);
            compare("read and decode", () -> store.read(key), bareReadDecoded, ROUNDS);
            double each = compare(
                            "write 100 at once",
                            () -> store.writeAll(many),
                            () -> store.write(key, signal),
                            ROUNDS / 20)
                    / BATCH;
            System.out.printf(Locale.ROOT, "a signal of a batch of %d takes %.3f of one written alone%n", BATCH, each);
        }
    }

    /** Prints the medians and returns their ratio. */
    private static double compare(String name, Request ours, Request bare, int rounds) throws SQLException {
        long[] first = new long[rounds];
        long[] second = new long[rounds];
        for (int i = -rounds / 4; i < rounds; i++) {
            long a = System.nanoTime();
            ours.send();
            long b = System.nanoTime();
            bare.send();
            long c = System.nanoTime();
            if (i >= 0) {
                first[i] = b - a;
                second[i] = c - b;
            }
        }
        Arrays.sort(first);
        Arrays.sort(second);
        double ratio = (double) first[rounds / 2] / second[rounds / 2];
        System.out.printf(
                Locale.ROOT,
                "%-18s store p50 %.3f ms p99 %.3f ms; bare p50 %.3f ms p99 %.3f ms; ratio %.2f%n",
                name,
                first[rounds / 2] / 1e6,
                first[rounds * 99 / 100] / 1e6,
                second[rounds / 2] / 1e6,
                second[rounds * 99 / 100] / 1e6,
                ratio);
        return ratio;
    }
}
