package io.backtestkit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
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
