package io.backtestkit.laboratory.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.backtestkit.servers.EmulatedMongo;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.servers.RedisServer;
import io.backtestkit.servers.Server;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every store wrote in its first format stays readable, and can be gone on with: records, a claim, a log. Where a store
 * gets a new format, its golden records of the old one stay here and those of the new one are added.
 */
class GoldenRecordsTest {

    private static final SignalKey ODD = new SignalKey("reversal: %2F", "ETH/USDT");

    @TempDir
    private Path folder;

    private static Path golden(String name) {
        try {
            return Path.of(URI.create(String.valueOf(GoldenRecordsTest.class.getResource("/golden/" + name))));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("there are no golden records " + name, e);
        }
    }

    /** Returns the lines of a file, each cut at its tabulators, which no record has. */
    private static List<String[]> lines(String name) throws IOException {
        return Files.readAllLines(golden(name)).stream()
                .map(line -> line.split("\t", -1))
                .toList();
    }

    private static void assertGoesOn(String place) throws IOException {
        SignalKey key = SampleSignals.key();
        String json = Files.readString(golden("held.json")).strip();
        Signal held = SignalCodec.decode(json);
        List<EndedSignal> ended = Files.readAllLines(golden("ended.jsonl")).stream()
                .map(SignalCodec::decodeEnded)
                .toList();
        try (SignalStore store = Patiently.get(() -> SignalStores.open(place))) {
            Claims claims = store.claims().orElseThrow();

            assertThat(store.keys()).containsExactlyInAnyOrder(key, ODD);
            assertThat(store.read(key).map(SignalCodec::encode)).contains(json);
            assertThat(store.read(ODD)).map(Signal::id).contains("long-1");
            assertThat(store.tradeLog().orElseThrow().trades(key)).isEqualTo(ended);
            assertThat(store.check())
                    .extracting(StoreFinding::level)
                    .doesNotContain(StoreFinding.Level.DAMAGED, StoreFinding.Level.REFUSED);

            Claim claim = claims.claim(key, "successor", Duration.ofMinutes(1)).claim();
            assertThat(claim.owner()).isEqualTo("successor");
            assertThat(claim.epoch()).isEqualTo(4);
            claims.write(claim, held.toBuilder().note("later").build());
            assertThat(store.read(key)).contains(held.toBuilder().note("later").build());
            claims.end(claim, SampleSignals.closed(held));
            assertThat(store.tradeLog().orElseThrow().trades(key)).hasSize(3);
            assertThat(store.read(key)).isEmpty();
            store.delete(ODD);
            assertThat(store.keys()).isEmpty();
        }
    }

    @Test
    void filesOfFormatOneAreReadAndGoneOnWith() throws IOException {
        Path from = golden("files");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        assertGoesOn("file:" + folder);
    }

    @Test
    void aRedisOfFormatOneIsReadAndGoneOnWith() throws IOException {
        try (Server server = new RedisServer()) {
            String place = server.newPlace();
            RedisClient client = RedisClient.create(place);
            try (StatefulRedisConnection<String, String> connection = client.connect()) {
                RedisCommands<String, String> redis = connection.sync();
                for (String[] line : lines("redis.tsv")) {
                    switch (line[0]) {
                        case "HSET" -> redis.hset(line[1], line[2], line[3]);
                        case "RPUSH" -> redis.rpush(line[1], line[2]);
                        default -> redis.sadd(line[1], line[2]);
                    }
                }
            } finally {
                client.shutdown();
            }
            assertGoesOn(place);
        }
    }

    /** The tables of version 1 are migrated in a test of that store. */
    @Test
    void aPostgresOfTableVersionTwoIsReadAndGoneOnWith() throws Exception {
        try (PostgresServer server = new PostgresServer(Map.of())) {
            String place = server.newPlace();
            Patiently.run(() -> SignalStores.open(place).close());
            String schema = place.substring(place.indexOf('=') + 1);
            try (Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + server.port()
                    + "/postgres?user=postgres&currentSchema=" + schema)) {
                for (String[] line : lines("postgres.tsv")) {
                    try (PreparedStatement insert = connection.prepareStatement("insert into " + line[0]
                            + " overriding system value select * from json_populate_record(null::" + line[0]
                            + ", ?::json)")) {
                        insert.setString(1, line[1]);
                        insert.executeUpdate();
                    }
                }
            }
            server.execute("select setval(pg_get_serial_sequence('" + schema + ".trades', 'sequence'), 2)");
            assertGoesOn(place);
        }
    }

    @Test
    void aMongoOfFormatOneIsReadAndGoneOnWith() throws IOException {
        try (Server server = new EmulatedMongo();
                MongoClient client = MongoClients.create("mongodb://127.0.0.1:" + server.port())) {
            String place = server.newPlace();
            Patiently.run(() -> SignalStores.open(place).close());
            String database = place.substring(place.lastIndexOf('/') + 1, place.indexOf('?'));
            for (String[] line : lines("mongo.tsv")) {
                client.getDatabase(database)
                        .getCollection(line[0], BsonDocument.class)
                        .insertOne(BsonDocument.parse(line[1]));
            }
            assertGoesOn(place);
        }
    }
}
