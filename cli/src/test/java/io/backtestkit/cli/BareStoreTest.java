package io.backtestkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.postgres.PostgresLink;
import io.backtestkit.store.postgres.PostgresSignalStoreProvider;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each driver does what it is measured for. */
class BareStoreTest {

    private static final String TRIAL = "bench-00c0ffee";

    @TempDir
    private Path folder;

    private String location(String kind) {
        return switch (kind) {
            case "file" -> "file:" + folder;
            case "redis" -> RealServers.patientPlace(RealServers.redis());
            case "postgresql" -> withTables(RealServers.patientPlace(RealServers.postgres()));
            default -> RealServers.patientPlace(RealServers.emulatedMongo());
        };
    }

    private static String withTables(String location) {
        SignalStores.open(location).close();
        return location;
    }

    private static BareStore open(String location) throws Exception {
        return BareStore.beside(StoreLocation.parse(location), TRIAL).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "redis", "postgresql", "mongodb"})
    void whatIsWrittenIsReadUntilItIsDeleted(String kind) throws Exception {
        BareStore bare = open(location(kind));
        byte[] first = "{\"a\": \"\u00E9\"}".getBytes(UTF_8);
        byte[] second = "{\"b\": 2}".getBytes(UTF_8);

        bare.write("S1", first);
        assertThat(bare.read("S1")).isEqualTo(first);
        bare.write("S1", second);
        assertThat(bare.read("S1")).isEqualTo(second);
        bare.delete("S1");
        assertThat(bare.read("S1")).isEmpty();
        bare.writeAll(Map.of("S1", first, "S2", second));
        bare.writeAll(Map.of("S1", second, "S3", first));
        assertThat(bare.read("S1")).isEqualTo(second);
        assertThat(bare.read("S2")).isEqualTo(second);
        assertThat(bare.read("S3")).isEqualTo(first);

        bare.discard();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file", "redis", "postgresql", "mongodb"})
    void whatWasDiscardedIsGone(String kind) throws Exception {
        String location = location(kind);
        BareStore bare = open(location);
        bare.write("S1", "{}".getBytes(UTF_8));
        bare.discard();

        BareStore again = open(location);
        assertThat(again.read("S1")).isEmpty();
        again.discard();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "postgresql", "mongodb"})
    void theStoreFindsWhatItsOwnRequestsDidWithoutIt(String kind) throws Exception {
        String location = location(kind);
        BareStore bare = open(location);
        SameRequests requests = bare.same().orElseThrow();
        Signal first = SampleSignals.openLong(new SignalKey(TRIAL, "D1")).build();
        Signal second = SampleSignals.openLong(new SignalKey(TRIAL, "D2")).build();
        try (SignalStore store = SignalStores.open(location)) {
            // a server learns the scripts from a store
            store.write(first.key(), first);
            store.delete(first.key());

            assertThat(requests.read().apply(first.key()).call()).isFalse();
            assertThat(requests.write().apply(first).call()).isTrue();
            assertThat(store.read(first.key())).contains(first);
            assertThat(requests.read().apply(first.key()).call()).isTrue();
            assertThat(requests.delete().apply(first.key()).call()).isTrue();
            assertThat(store.read(first.key())).isEmpty();
            assertThat(requests.writeAll().apply(List.of(second, first)).call()).isTrue();
            assertThat(store.read(first.key())).contains(first);
            assertThat(store.read(second.key())).contains(second);
            assertThat(store.check()).noneMatch(finding -> finding.level() == StoreFinding.Level.DAMAGED);

            store.delete(first.key());
            store.delete(second.key());
        }
        bare.forget(TRIAL);
        bare.discard();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "postgresql"})
    void aRequestForASlotThatIsAnothersIsNotCarriedOut(String kind) throws Exception {
        String location = location(kind);
        BareStore bare = open(location);
        SameRequests requests = bare.same().orElseThrow();
        Signal signal = SampleSignals.openLong(new SignalKey(TRIAL, "D1")).build();
        try (SignalStore store = SignalStores.open(location)) {
            store.write(signal.key(), signal);
            store.delete(signal.key());
            store.claims().orElseThrow().claim(signal.key(), "another", Duration.ofHours(1));

            assertThat(requests.write().apply(signal).call()).isFalse();
            assertThat(requests.writeAll().apply(List.of(signal)).call()).isFalse();

            assertThat(store.read(signal.key())).isEmpty();
        }
        bare.discard();
    }

    @Test
    void ofFilesThePlainRequestIsTheStores() throws Exception {
        BareStore bare = open("file:" + folder);

        assertThat(bare.same()).isEmpty();

        bare.discard();
    }

    @Test
    void nothingIsLeftInPostgresOfAStrategyThatWasForgotten() throws Exception {
        String location = location("postgresql");
        Signal signal = SampleSignals.openLong(new SignalKey(TRIAL, "S1")).build();
        try (SignalStore store = SignalStores.open(location)) {
            store.write(signal.key(), signal);
            store.delete(signal.key());
        }

        BareStore bare = open(location);
        bare.forget(TRIAL);
        bare.discard();

        try (PostgresLink link = PostgresSignalStoreProvider.connect(StoreLocation.parse(location));
                Connection connection = link.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + link.table("claims"))) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"schema", "Schema", "SCHEMA"})
    void theSchemaIsFoundHoweverTheOptionIsWritten(String option) throws Exception {
        String place = RealServers.patientPlace(RealServers.postgres());
        BareStore bare = open(withTables(place.replace("schema=", option + "=")));

        assertThat(bare.read("S1")).isEmpty();

        bare.discard();
    }

    @Test
    void aFolderOfAStrategyThatHoldsAnythingIsKept() throws Exception {
        BareStore bare = open("file:" + folder);
        Path trades = Files.createDirectory(folder.resolve("held")).resolve("BTCUSDT.trades.jsonl");
        Files.writeString(trades, "a trade");
        Path emptied = Files.createDirectory(folder.resolve("emptied"));

        bare.forget("held");
        bare.forget("emptied");
        bare.forget("never-there");
        bare.discard();

        assertThat(trades).hasContent("a trade");
        assertThat(emptied).doesNotExist();
    }

    @Test
    void ofAStoreFromElsewhereNoDriverIsKnown() throws Exception {
        assertThat(BareStore.beside(StoreLocation.parse("sqlite:x.db"), TRIAL)).isEmpty();
    }
}
