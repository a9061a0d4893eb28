package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The suite on a real server, and what only a real server can show: the preflight, and documents that expire. */
abstract class RealServerSuite extends MongoSuite {

    /** A server set up wrong, and right. */
    @Nested
    class OnARealServer {

        private final String name = server().newDatabase();
        private final MongoDatabase database = server().database(name);

        private void assertRefused(String text) {
            try {
                assertThatExceptionOfType(StoreRefusedException.class)
                        .isThrownBy(() -> server().open(server().location(name)).close())
                        .withMessageContaining(text);
            } finally {
                database.drop();
            }
        }

        @Test
        void aServerSetUpRightPassesThePreflight() {
            try (MongoSignalStore store = server().open(server().location(name))) {
                assertThat(store.check()).extracting(StoreFinding::level).doesNotContain(StoreFinding.Level.REFUSED);
            } finally {
                database.drop();
            }
        }

        @Test
        void aTimeToLiveNobodyAskedForIsRefused() {
            database.getCollection("signals")
                    .createIndex(Indexes.ascending("updatedAt"), new IndexOptions().expireAfter(7L, TimeUnit.DAYS));
            assertRefused("nothing asks for that");
        }

        @Test
        void aCappedCollectionIsRefused() {
            database.createCollection("signals", new CreateCollectionOptions().capped(true).sizeInBytes(1 << 20));
            assertRefused("capped");
        }

        @Test
        void anIndexThatIsNotUniqueIsRefused() {
            database.getCollection("signals").createIndex(Indexes.ascending("compositeKey"));
            assertRefused("not unique over all documents");
        }

        @Test
        void theUsersOwnClientPassesToo() {
            MongoConnection own = TestServer.connection(server().location(name));
            try (MongoClient client = own.client();
                    MongoSignalStore store = MongoSignalStore.on(client, name, own.options())) {
                assertThat(store.keys()).isEmpty();
            } finally {
                database.drop();
            }
        }

        /** The server looks for what has expired once a minute. */
        @Test
        @Timeout(value = 5, unit = TimeUnit.MINUTES)
        void anAbandonedSignalExpiresAndAHeldOneNever() {
            SignalKey held = new SignalKey("held", "BTCUSDT");
            SignalKey abandoned = new SignalKey("abandoned", "BTCUSDT");
            Signal signal = SampleSignals.openLong(held).build();
            try (MongoSignalStore store = server().open(server().location(name, "expireAbandonedAfter=20s"))) {
                store.write(held, signal);
                store.write(abandoned, SampleSignals.openLong(abandoned).build());
                Instant end = Instant.now().plus(Duration.ofMinutes(3));
                while (store.read(abandoned).isPresent()) {
                    assertThat(Instant.now()).as("the abandoned signal is still there").isBefore(end);
                    store.touch(held);
                    assertThat(store.read(held)).isEqualTo(Optional.of(signal));
                }
                assertThat(store.read(held)).isEqualTo(Optional.of(signal));
            } finally {
                database.drop();
            }
        }
    }
}
