package io.backtestkit.laboratory.kill;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Updates;
import io.backtestkit.signal.SignalKey;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.bson.BsonDocument;
import org.bson.Document;

/** Damages the one record of a place behind the back of its store, which is closed meanwhile. */
final class RecordDamage {

    private RecordDamage() {}

    /** The key has no character that a store would write in another way. */
    static void at(Place place, SignalKey key) {
        URI location = URI.create(place.location());
        switch (place.kind()) {
            case FILES -> inFile(Path.of(location).resolve(key.strategy()).resolve(key.symbol() + ".json"));
            case REDIS -> inRedis(location, "signal:" + key.strategy() + ":" + key.symbol());
            case POSTGRES -> inPostgres(location);
            case MONGO -> inMongo(location);
        }
    }

    private static void inFile(Path record) {
        try {
            Files.writeString(record, Files.readString(record).replace("signal", "damage"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void inRedis(URI location, String record) {
        RedisClient client = RedisClient.create("redis://" + location.getAuthority() + location.getPath());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            requireOne(connection.sync().hset(record, "body", "damaged") ? 0 : 1);
        } finally {
            client.shutdown();
        }
    }

    private static void inPostgres(URI location) {
        String schema = location.getQuery().replaceFirst(".*schema=([^&]*).*", "$1");
        String server = "jdbc:postgresql://" + location.getHost() + ":" + location.getPort() + location.getPath();
        try (Connection connection = DriverManager.getConnection(server, location.getUserInfo(), "");
                Statement statement = connection.createStatement()) {
            requireOne(statement.executeUpdate(
                    "update " + schema + ".signals set signal_data = '{\"greeting\": 1}', signal_text = null"));
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot damage the record in " + server + ": " + e.getMessage(), e);
        }
    }

    private static void inMongo(URI location) {
        try (MongoClient client = MongoClients.create("mongodb://" + location.getAuthority())) {
            requireOne(client.getDatabase(location.getPath().substring(1))
                    .getCollection("signals")
                    .updateMany(new BsonDocument(), Updates.set("signalData", new Document("greeting", 1)))
                    .getModifiedCount());
        }
    }

    private static void requireOne(long records) {
        if (records != 1) {
            throw new IllegalStateException("There were " + records + " records to damage, expected 1.");
        }
    }
}
