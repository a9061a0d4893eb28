package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.servers.Server;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The demo in somebody's own store: real Redis, real PostgreSQL, and an emulator of MongoDB. */
class DemoOnServersTest {

    @TempDir
    private Path folder;

    static Stream<String> locations() {
        return Stream.of(
                "file:",
                RealServers.patientPlace(RealServers.redis()),
                RealServers.patientPlace(RealServers.postgres()),
                RealServers.patientPlace(RealServers.emulatedMongo()));
    }

    @ParameterizedTest
    @MethodSource("locations")
    void killsLoseNothingAndNothingOfTheDemoStays(String place) {
        String location = place.equals("file:") ? place + folder.resolve("own") : place;

        Ran ran = Ran.command("demo", "--seed", "7", "--kills", "2", "--store", location)
                .succeeded();

        assertThat(ran.out())
                .contains("The demo trades there as dip-buyer/BTCUSD-DEMO-7", "Kill 2, at ", "EQUAL")
                .containsPattern("2\\s+kills,\\s+" + open(ran) + "\\s+of\\s+them\\s+with\\s+a\\s+position\\s+open")
                .doesNotContain("NOT what was stored");
        List<String> fingerprints = ran.out()
                .lines()
                .map(String::strip)
                .filter(line -> line.matches("[0-9a-f]{64}"))
                .toList();
        assertThat(fingerprints).hasSizeGreaterThanOrEqualTo(3);
        assertThat(fingerprints.get(fingerprints.size() - 1)).isEqualTo(fingerprints.get(fingerprints.size() - 2));
        try (SignalStore store = SignalStores.openReadOnly(location)) {
            assertThat(store.keys()).isEmpty();
            assertThat(store.tradeLog().orElseThrow().loggedKeys()).isEmpty();
        }
    }

    @Test
    void aUserWhoMayNotRemoveTradesIsToldBeforeTheDemoTrades() throws SQLException {
        Server server = RealServers.postgres();
        String place = RealServers.patientPlace(server);
        assertThat(Ran.command("store", "init", "--store", place).succeeded().out())
                .contains("Ready to trade:");
        String schema = place.replaceFirst(".*schema=", "").replaceFirst("&.*", "");
        try (Connection owner = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres?user=postgres");
                Statement statement = owner.createStatement()) {
            statement.execute("create role only_trades login; grant usage on schema " + schema + " to only_trades;"
                    + " grant select, insert, update, delete on all tables in schema " + schema + " to only_trades;"
                    + " revoke delete on " + schema + ".trades from only_trades");
        }
        String trader = place.replace("postgres@", "only_trades@");

        assertThat(Ran.command("store", "check", "--store", trader).exitCode()).isZero();
        Ran.command("demo", "--seed", "7", "--kills", "1", "--store", trader)
                .failed(1, "its trades could not be removed afterwards", "permission denied", "a user who may.");
        try (SignalStore store = SignalStores.openReadOnly(place)) {
            assertThat(store.tradeLog().orElseThrow().loggedKeys()).isEmpty();
        }
    }

    /** Returns at how many kills a position was stored: a kill that comes late on a busy machine may miss it. */
    private static long open(Ran ran) {
        return ran.out()
                .lines()
                .filter(line ->
                        line.startsWith("  stored    ") && !line.endsWith("nothing") && !line.endsWith("waiting"))
                .count();
    }
}
