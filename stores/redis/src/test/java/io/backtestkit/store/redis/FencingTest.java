package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisServerCommands;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Late and repeated requests, and what is damaged. */
class FencingTest {

    private static final SignalKey KEY = SampleSignals.key();
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final String RECORD = "signal:breakout:BTCUSDT";
    private static final String FENCE = "fence:breakout:BTCUSDT";

    private static RealRedis redis;
    private SignalStore store;

    @BeforeAll
    static void startServer() {
        redis = RealRedis.durable();
    }

    @AfterAll
    static void stopServer() {
        redis.close();
    }

    @BeforeEach
    void open() {
        redis.ask(RedisServerCommands::flushall);
        store = Patiently.get(() -> SignalStores.open(redis.patient()));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static String script(String name) {
        try (InputStream in = RedisSignalStore.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a write as a store of that id would have, with that number. */
    private static String write(String writer, int number, Signal signal) {
        byte[] body = SignalCodec.encode(signal).getBytes(UTF_8);
        String digest = new String(RedisRecord.digest("breakout:BTCUSDT", RedisRecord.SCHEMA, body), UTF_8);
        return write(writer, number, digest, new String(body, UTF_8));
    }

    private static String write(String writer, int number, String digest, String body) {
        return redis.ask(commands -> commands.eval(
                script("slot.lua") + script("write.lua"),
                ScriptOutputType.VALUE,
                new String[] {RECORD, FENCE},
                "1",
                writer,
                String.valueOf(number),
                "0",
                "",
                "0",
                "breakout:BTCUSDT",
                digest,
                body));
    }

    private static String delete(String writer, int number) {
        return redis.ask(commands -> commands.eval(
                script("slot.lua") + script("delete.lua"),
                ScriptOutputType.VALUE,
                new String[] {RECORD, FENCE},
                "1",
                writer,
                String.valueOf(number),
                "0",
                "",
                "breakout:BTCUSDT"));
    }

    @Test
    void aWriteThatArrivesAfterALaterDeleteDoesNotBringTheSignalBack() {
        assertThat(delete("a", 2)).isEqualTo("OK");

        assertThat(write("a", 1, HELD)).isEqualTo("DONE");

        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void aRepeatedWriteDoesNotReplaceWhatAnotherStoreWroteSince() {
        Signal newer = SampleSignals.openLong(KEY).id("newer").build();
        write("a", 1, HELD);
        store.write(KEY, newer);

        assertThat(write("a", 1, HELD)).isEqualTo("DONE");

        assertThat(store.read(KEY)).contains(newer);
    }

    @Test
    void aRepeatedDeleteDoesNotRemoveWhatAnotherStoreWroteSince() {
        delete("a", 1);
        store.write(KEY, HELD);

        assertThat(delete("a", 1)).isEqualTo("DONE");

        assertThat(store.read(KEY)).contains(HELD);
    }

    @Test
    void onlyTheLatestWritersAreRemembered() {
        for (int i = 1; i <= 50; i++) {
            write("writer" + i, i, HELD);
        }

        Map<String, String> fence = redis.ask(commands -> commands.hgetall(FENCE));
        assertThat(fence).containsEntry("version", "50");
        assertThat(fence.getOrDefault("recent", "").strip().split(" "))
                .hasSize(16)
                .startsWith("writer35:35")
                .endsWith("writer50:50");
    }

    @Test
    void aBodyThatChangedOnItsWayIsNotStored() {
        String answer = write("a", 1, "0".repeat(40), "{}");

        assertThat(answer).isEqualTo("GARBLED");
        assertThat(redis.<Object>ask(commands -> commands.exists(RECORD))).isEqualTo(0L);
    }

    @Test
    void aValueOfAnotherTypeIsNeitherReadNorReplaced() {
        redis.ask(commands -> commands.set(RECORD, "{}"));

        assertUnreadable(() -> store.read(KEY));
        assertUnreadable(() -> store.write(KEY, HELD));
        assertUnreadable(() -> store.delete(KEY));
        assertUnreadable(() -> store.end(SampleSignals.closed(HELD)));

        assertThat(redis.<Object>ask(commands -> commands.get(RECORD))).isEqualTo("{}");
        assertThat(store.setAside(KEY)).contains("damaged:breakout:BTCUSDT:1");
        assertThat(store.read(KEY)).isEmpty();
        assertThat(redis.<Object>ask(commands -> commands.get("damaged:breakout:BTCUSDT:1")))
                .isEqualTo("{}");
    }

    /** Sends what puts a signal in the place of a damaged one, as a store of that id would have, with that number. */
    private static String replace(String writer, int number, String damagedSum, Signal signal) {
        byte[] body = SignalCodec.encode(signal).getBytes(UTF_8);
        String digest = new String(RedisRecord.digest("breakout:BTCUSDT", RedisRecord.SCHEMA, body), UTF_8);
        return redis.ask(commands -> commands.eval(
                script("slot.lua") + script("setaside.lua"),
                ScriptOutputType.VALUE,
                new String[] {RECORD, FENCE, "damaged:breakout:BTCUSDT:1"},
                "1",
                writer,
                String.valueOf(number),
                "0",
                "",
                "breakout:BTCUSDT",
                damagedSum,
                "{}",
                "0",
                digest,
                new String(body, UTF_8)));
    }

    @Test
    void aReplacementThatArrivesTwiceIsToldTwiceAndMadeOnce() {
        Signal right = HELD.toBuilder().id("right").build();
        store.write(KEY, HELD);
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));
        String sum = redis.ask(commands -> commands.hget(RECORD, "sum"));

        assertThat(replace("a", 1, sum, right)).isEqualTo("OK");
        String version = redis.ask(commands -> commands.hget(RECORD, "version"));
        assertThat(replace("a", 1, sum, right)).isEqualTo("OK");

        assertThat(store.read(KEY)).contains(right);
        assertThat(redis.<Object>ask(commands -> commands.hget(RECORD, "version")))
                .isEqualTo(version);
    }

    @Test
    void aReplacementThatArrivesLateMeetsWhatIsThereByThen() {
        Signal right = HELD.toBuilder().id("right").build();
        store.write(KEY, HELD);
        redis.ask(commands -> commands.hset(RECORD, "body", "{}"));
        String sum = redis.ask(commands -> commands.hget(RECORD, "sum"));
        store.setAside(KEY, HELD);

        assertThat(replace("a", 1, sum, right)).isEqualTo("CHANGED");
        assertThat(store.read(KEY)).contains(HELD);

        store.delete(KEY);
        assertThat(replace("a", 2, sum, right)).isEqualTo("FREE");
        assertThat(store.read(KEY)).isEmpty();
    }

    @Test
    void aRenamedRecordIsNotTakenForAnotherSlot() {
        SignalKey other = new SignalKey("reversal", "ETHUSDT");
        store.write(KEY, HELD);
        redis.ask(commands -> commands.rename(RECORD, "signal:reversal:ETHUSDT"));

        assertUnreadable(() -> store.read(other));
        assertUnreadable(() -> store.delete(other));
    }

    @Test
    void aDamagedTradeIsReportedAndNotSkipped() {
        store.end(SampleSignals.closed(HELD));
        redis.ask(commands -> commands.lset("trades:breakout:BTCUSDT", 0, "0".repeat(40) + " {}"));

        String advice = "Restore trades:breakout:BTCUSDT from a backup; meanwhile exits are still logged.";
        assertUnreadable(() -> store.tradeLog().orElseThrow().trades(KEY), "entry 0 of the list", advice);
        assertUnreadable(() -> store.tradeLog().orElseThrow().last(KEY), "the last entry of the list", advice);
        store.end(SampleSignals.closed(SampleSignals.openLong(KEY).id("next").build()));
        assertThat(store.tradeLog().orElseThrow().last(KEY))
                .as("what ended since")
                .isPresent();
        assertThat(store.check())
                .filteredOn(finding -> finding.level() == StoreFinding.Level.DAMAGED)
                .hasSize(1);
    }

    @Test
    void aTradeLogThatLostAnEntryIsReported() {
        store.end(SampleSignals.closed(HELD));
        redis.ask(commands -> commands.del("trades:breakout:BTCUSDT"));
        store.end(SampleSignals.closed(SampleSignals.openLong(KEY).id("next").build()));

        assertThat(store.check())
                .filteredOn(finding -> finding.level() == StoreFinding.Level.DAMAGED)
                .extracting(StoreFinding::found)
                .containsExactly("the log has 1 entries, its set of ids 2");
    }

    @Test
    void idsWithoutALogAreReported() {
        store.end(SampleSignals.closed(HELD));
        redis.ask(commands -> commands.del("trades:breakout:BTCUSDT"));

        assertThat(store.check())
                .filteredOn(finding -> finding.level() == StoreFinding.Level.DAMAGED)
                .containsExactly(StoreFinding.damaged(
                        "trades of breakout/BTCUSDT",
                        "the log has 0 entries, its set of ids 1",
                        "Restore trades:breakout:BTCUSDT and traded:breakout:BTCUSDT from one backup."));
    }

    @Test
    void aTradeLogOfAnotherTypeIsNotForResolving() {
        store.write(KEY, HELD);
        for (String name : List.of("trades:breakout:BTCUSDT", "traded:breakout:BTCUSDT")) {
            redis.ask(commands -> commands.set(name, "{}"));

            if (name.startsWith("trades")) {
                assertUnreadable(
                        () -> store.tradeLog().orElseThrow().last(KEY),
                        "Cannot read the trades of breakout/BTCUSDT",
                        "its trade log is not a list",
                        "until then no exit of this slot is logged");
            }
            assertUnreadable(
                    () -> store.end(SampleSignals.closed(HELD)),
                    "trade log",
                    "Restore its trades and traded keys from one backup, or rename the wrong one");
            assertThat(store.read(KEY)).as("not taken for ended").contains(HELD);
            assertThat(store.check())
                    .extracting(StoreFinding::level)
                    .as("with a wrong %s", name)
                    .contains(StoreFinding.Level.DAMAGED);
            redis.ask(commands -> commands.del(name));
        }
    }

    @Test
    void aRecordReadsAsDocumented() {
        store.write(KEY, HELD);
        store.write(KEY, HELD);

        Map<String, String> fields = redis.ask(commands -> commands.hgetall(RECORD));

        assertThat(fields).containsOnlyKeys("schema", "epoch", "version", "sum", "body");
        assertThat(fields)
                .containsEntry("schema", "1")
                .containsEntry("epoch", "0")
                .containsEntry("version", "2")
                .containsEntry("body", SignalCodec.encode(HELD));
    }

    private static void assertUnreadable(Runnable call) {
        assertUnreadable(call, "Cannot ");
    }

    private static void assertUnreadable(Runnable call, String... parts) {
        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(call::run)
                .withMessageContainingAll(parts);
    }
}
