package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

abstract class StoredShapeContract {

    private static final SignalKey KEY = SampleSignals.key();
    private static final SignalKey OTHER = new SignalKey("reversal", "ETHUSDT");
    private static final Signal HELD = SampleSignals.openLong(KEY).build();

    private final TestServer server;
    private final String name;
    private MongoSignalStore store;

    StoredShapeContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
    }

    @BeforeEach
    void open() {
        store = server.open(server.location(name));
    }

    @AfterEach
    void drop() {
        store.close();
        database().drop();
    }

    private MongoDatabase database() {
        return server.database(name);
    }

    private MongoCollection<BsonDocument> signals() {
        return database().getCollection("signals", BsonDocument.class);
    }

    private BsonDocument document() {
        return signals().find(Filters.eq("_id", "breakout:BTCUSDT")).first();
    }

    @Test
    void aDocumentCanBeQueriedByAnOperator() {
        Signal signal = SampleSignals.fullyFilled(KEY).build();

        store.write(KEY, signal);

        BsonDocument found = signals()
                .find(Filters.and(Filters.eq("strategyName", "breakout"), Filters.eq("signalData.position", "short")))
                .first();
        assertThat(found).isEqualTo(document());
        assertThat(found.getString("compositeKey").getValue()).isEqualTo("breakout:BTCUSDT");
        assertThat(found.getString("symbol").getValue()).isEqualTo("BTCUSDT");
        assertThat(found.get("epoch")).isEqualTo(new BsonInt64(0));
        assertThat(found.get("version")).isEqualTo(new BsonInt64(1));
        assertThat(found.get("updatedAt")).isInstanceOf(BsonDateTime.class);
        BsonDocument data = found.getDocument("signalData");
        assertThat(data.get("priceOpen")).isEqualTo(new BsonString("50000.12345678"));
        assertThat(data.getArray("entries").get(0).asDocument().get("price")).isInstanceOf(BsonString.class);
        assertThat(data.get("memo")).isInstanceOf(BsonArray.class);
        assertThat(data).doesNotContainKey("rawFields");
    }

    @Test
    void theQueriesOfTheDocumentationFindWhatIsHeldAndWhatCameOfIt() throws IOException {
        store.write(OTHER, SampleSignals.openLong(OTHER).build());
        store.end(SampleSignals.closed(HELD, CloseReason.STOP_LOSS));

        List<List<BsonDocument>> found = Pattern.compile("(?m)^db\\.(\\w+)\\.find\\((.+)\\)$")
                .matcher(Files.readString(Path.of("../../docs/databases.md")))
                .results()
                .map(query -> database()
                        .getCollection(query.group(1), BsonDocument.class)
                        .find(BsonDocument.parse(query.group(2)))
                        .into(new ArrayList<>()))
                .map(List::copyOf)
                .toList();

        assertThat(found).hasSize(2).allSatisfy(documents -> assertThat(documents)
                .hasSize(1));
        assertThat(found.get(0).get(0).getString("symbol").getValue()).isEqualTo("ETHUSDT");
    }

    @Test
    void whatHasNoExactFormIsKeptAsText() {
        Signal later = SampleSignals.withUnknownFields(HELD);

        store.write(KEY, later);

        assertThat(document().getDocument("signalData").getString("rawFields").getValue())
                .contains("\"zTrailing\":", "2.50");
        assertThat(document().getDocument("signalData").get("aTag")).isEqualTo(new BsonString("x"));
        assertThat(store.read(KEY)).contains(later);
    }

    @Test
    void eachWriteCountsAndWhatOthersPutBesideStays() {
        store.write(KEY, HELD);
        signals().updateOne(Filters.eq("_id", "breakout:BTCUSDT"), Updates.set("remark", "watch this"));

        store.write(KEY, HELD.toBuilder().note("again").build());

        assertThat(document().get("version")).isEqualTo(new BsonInt64(2));
        assertThat(document().get("remark")).isEqualTo(new BsonString("watch this"));
    }

    @Test
    void theIndexesAreThereOnceItIsOpen() {
        List<String> ofSignals = new ArrayList<>();
        signals()
                .listIndexes()
                .forEach(index -> ofSignals.add(index.get("key", Document.class).toJson() + index.get("unique")));
        List<String> ofTrades = new ArrayList<>();
        database()
                .getCollection("trades")
                .listIndexes()
                .forEach(index -> ofTrades.add(index.get("key", Document.class).toJson() + index.get("unique")));

        assertThat(ofSignals)
                .containsExactlyInAnyOrder(
                        "{\"_id\": 1}null", "{\"compositeKey\": 1}true", "{\"strategyName\": 1, \"symbol\": 1}null");
        assertThat(ofTrades)
                .containsExactlyInAnyOrder("{\"_id\": 1}null", "{\"compositeKey\": 1, \"sequence\": 1}true");
    }

    @Test
    void onlyExpireAbandonedAfterMakesATimeToLive() {
        try (MongoSignalStore expiring = server.open(server.location(name, "expireAbandonedAfter=7d"))) {
            assertThat(expiring.expireAbandonedAfter()).contains(Duration.ofDays(7));
            assertThat(store.expireAbandonedAfter()).isEmpty();
            List<Long> seconds = new ArrayList<>();
            signals().listIndexes().forEach(index -> {
                if (index.containsKey("expireAfterSeconds")) {
                    seconds.add(index.get("expireAfterSeconds", Number.class).longValue());
                }
            });
            assertThat(seconds).containsExactly(7L * 24 * 3600);
        }
    }

    @Test
    void touchingMovesTheTimeOfAHeldSignalAndMakesNoOther() {
        try (MongoSignalStore expiring = server.open(server.location(name, "expireAbandonedAfter=7d"))) {
            expiring.write(KEY, HELD);
            signals().updateOne(Filters.eq("_id", "breakout:BTCUSDT"), Updates.set("updatedAt", new BsonDateTime(0)));

            store.touch(KEY);
            assertThat(document().getDateTime("updatedAt").getValue())
                    .as("nothing expires there")
                    .isZero();
            expiring.touch(KEY);
            expiring.touch(OTHER);

            assertThat(document().getDateTime("updatedAt").getValue()).isPositive();
            assertThat(expiring.read(KEY)).contains(HELD);
            assertThat(expiring.keys()).containsExactly(KEY);
        }
    }

    @Test
    void aDocumentOfTheOriginalDesignIsForeignNotAbsent() {
        signals()
                .insertOne(BsonDocument.parse(
                        "{compositeKey: 'breakout:BTCUSDT', strategyName: 'breakout', symbol: 'BTCUSDT',"
                                + " signalData: {id: 'old', priceOpen: 50000.5}, updatedAt: {$date: 0}}"));
        for (Runnable call :
                List.<Runnable>of(() -> store.read(KEY), () -> store.write(KEY, HELD), () -> store.delete(KEY))) {
            assertThatExceptionOfType(UnreadableSignalException.class)
                    .isThrownBy(call::run)
                    .withMessageContainingAll("breakout/BTCUSDT", "no version of this program wrote it", "resolve");
        }
        assertThat(store.keys()).containsExactly(KEY);

        assertThat(store.setAside(KEY))
                .hasValueSatisfying(where -> assertThat(where).contains("signalsSetAside"));

        assertThat(store.read(KEY)).isEmpty();
        BsonDocument aside = database()
                .getCollection("signalsSetAside", BsonDocument.class)
                .find()
                .first();
        assertThat(aside.getDocument("document")
                        .getDocument("signalData")
                        .getDouble("priceOpen")
                        .getValue())
                .isEqualTo(50000.5);
    }

    @Test
    void aDamagedOneAmongSeveralKeepsNoneFromBeingWritten() {
        store.write(KEY, HELD);
        signals().updateOne(Filters.eq("_id", "breakout:BTCUSDT"), Updates.unset("signalData.cost"));
        Map<SignalKey, Signal> all = new LinkedHashMap<>();
        all.put(KEY, HELD);
        all.put(OTHER, SampleSignals.openLong(OTHER).build());

        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(() -> store.writeAll(all))
                .withMessageContaining("field 'cost'");

        assertThat(store.read(OTHER)).contains(SampleSignals.openLong(OTHER).build());
        assertThat(document().getDocument("signalData")).doesNotContainKey("cost");
    }

    @Test
    void aDamagedTradeIsNeverLeftOut() {
        TradeLog log = store.tradeLog().orElseThrow();
        ClosedSignal ended = SampleSignals.closed(HELD);
        log.append(ended);
        database().getCollection("trades").updateOne(new Document(), Updates.unset("endedAt"));

        assertThatExceptionOfType(UnreadableSignalException.class)
                .isThrownBy(() -> log.trades(
                        KEY, ended.endedAt().plusSeconds(1), ended.endedAt().plusSeconds(2)))
                .withMessageContainingAll("breakout/BTCUSDT", "damaged", "trades");
        assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(() -> log.last(KEY));
        assertThat(store.check()).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED);
            assertThat(finding.subject()).isEqualTo("trades of breakout/BTCUSDT");
        });
    }

    @Test
    void tradesLoggedAtOnceAreAllThere() throws Exception {
        TradeLog log = store.tradeLog().orElseThrow();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> appends = IntStream.range(0, 24)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        log.append(SampleSignals.closed(
                                SampleSignals.openLong(KEY).id("trade " + i / 2).build()));
                        return true;
                    })
                    .toList();
            for (Future<Boolean> append : threads.invokeAll(appends)) {
                append.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(log.trades(KEY)).hasSize(12);
        assertThat(log.trades(KEY).stream().map(ended -> ended.signal().id()).distinct())
                .hasSize(12);
    }

    @Test
    void aDocumentThatNamesNoKeyIsListedAsSuch() {
        store.write(KEY, HELD);
        assertThat(store.keyless()).isEmpty();
        signals().insertOne(BsonDocument.parse("{_id: 'nobody', signalData: {id: 'a1'}}"));

        assertThat(store.keys()).containsExactly(KEY);
        assertThat(store.keyless()).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).contains("nobody", "in signals");
            assertThat(store.check()).contains(finding);
        });
        signals().deleteOne(Filters.eq("_id", "nobody"));
    }

    @Test
    void tradesThatNameNoKeyAreListedAsSuchAndHideNoOthers() {
        TradeLog log = store.tradeLog().orElseThrow();
        log.append(SampleSignals.closed(HELD));
        assertThat(store.keyless()).isEmpty();
        List<String> nobodys = List.of(
                "{_id: 'text', compositeKey: 'nobody'}",
                "{_id: 'blank', compositeKey: ' :ETHUSDT'}",
                "{_id: 'number', compositeKey: 7}",
                "{_id: 'list', compositeKey: ['nobody', 7]}",
                "{_id: 'null', compositeKey: null}",
                "{_id: 'missing'}");
        MongoCollection<BsonDocument> trades = database().getCollection("trades", BsonDocument.class);
        nobodys.forEach(
                each -> trades.insertOne(BsonDocument.parse(each).append("sequence", new BsonInt64(each.length()))));

        assertThat(log.loggedKeys()).containsExactly(KEY);
        assertThat(log.trades(KEY)).containsExactly(SampleSignals.closed(HELD));
        List<StoreFinding> keyless = store.keyless();
        assertThat(keyless)
                .allSatisfy(finding -> assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED))
                .extracting(StoreFinding::subject)
                .containsExactlyInAnyOrderElementsOf(Stream.of("text", "blank", "number", "list", "null", "missing")
                        .map(id -> "document " + new BsonString(id) + " in trades")
                        .toList());
        assertThat(store.check()).containsAll(keyless).contains(StoreFinding.readable(KEY, 1));
    }

    @Test
    void lookingOnMakesNothing() {
        String empty = server.newDatabase();
        try (SignalStore looking =
                new MongoSignalStoreProvider().openReadOnly(StoreLocation.parse(server.location(empty)))) {
            assertThat(looking.read(KEY)).isEmpty();
            assertThat(looking.keys()).isEmpty();
            assertThat(looking.check()).isNotEmpty();
            assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> looking.write(KEY, HELD));
            assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> looking.setAside(KEY));
        }
        assertThat(server.database(empty).listCollectionNames().into(new ArrayList<>()))
                .isEmpty();
    }

    @Test
    void aClosedStoreRefuses() {
        store.close();

        assertThatExceptionOfType(StoreRefusedException.class)
                .isThrownBy(() -> store.read(KEY))
                .withMessage("Cannot read signal breakout/BTCUSDT in " + store.describe()
                        + ": the client was closed. Open it again.");
    }

    @Test
    void theUsersOwnClientIsNotClosed() {
        MongoConnection own = TestServer.connection(server.location(name));
        try (MongoClient client = own.client()) {
            MongoSignalStore onIt = Unchecked.open(MongoConnection.ofUser(client, name, MongoOptions.defaults()));
            onIt.write(KEY, HELD);
            onIt.close();

            assertThat(client.getDatabase(name).getCollection("signals").countDocuments())
                    .isEqualTo(1);
            assertThat(onIt.describe()).startsWith("mongodb://").endsWith("/" + name);
        }
    }

    @Test
    void checkSaysWhatIsThere() {
        store.write(KEY, HELD);
        store.end(SampleSignals.closed(SampleSignals.openLong(OTHER).build()));
        signals().insertOne(new BsonDocument("_id", new BsonInt64(7)));

        assertThat(store.check())
                .anySatisfy(finding -> assertThat(finding.toString()).contains("OK", "signal breakout/BTCUSDT"))
                .anySatisfy(finding -> assertThat(finding.toString()).contains("OK", "trades of reversal/ETHUSDT"))
                .anySatisfy(finding -> assertThat(finding.toString()).contains("DAMAGED", "document"))
                .anySatisfy(finding -> assertThat(finding.subject()).isEqualTo("write concern"));
    }
}
