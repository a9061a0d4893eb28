package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A store, and beside it a first owner's, which is stopped before single requests of its own. */
@Timeout(60)
abstract class StoppedOwnerContract {

    static final SignalKey KEY = SampleSignals.key();
    static final Signal HELD = SampleSignals.openLong(KEY).build();
    static final Signal STALE = HELD.toBuilder().note("stale").build();
    static final Duration LONG = Duration.ofHours(1);

    final TestServer server;
    final String name;
    MongoSignalStore store;
    Steps first;

    StoppedOwnerContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
    }

    @BeforeEach
    void open() {
        store = server.open(server.location(name));
        first = new Steps(server, name);
    }

    @AfterEach
    void drop() {
        first.close();
        store.close();
        server.database(name).drop();
    }

    final Claims claims() {
        return store.claims().orElseThrow();
    }

    final Claims firstClaims() {
        return first.store().claims().orElseThrow();
    }

    final MongoCollection<BsonDocument> documents(String collection) {
        return server.database(name).getCollection(collection, BsonDocument.class);
    }

    static Claim granted(ClaimAnswer answer) {
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        return answer.claim();
    }
}
