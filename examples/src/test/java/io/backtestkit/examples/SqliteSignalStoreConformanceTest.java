package io.backtestkit.examples;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.OtherProcesses;
import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;
import io.backtestkit.testkit.Unproved;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

// tag::kit[]
class SqliteSignalStoreConformanceTest extends SignalStoreConformance {

    @TempDir
    Path folder;

    @Override
    protected StoreFixture fixture() {
        Path file = folder.resolve(UUID.randomUUID() + ".db");
        return new StoreFixture() {
            @Override
            public String name() {
                return "sqlite";
            }

            @Override
            public SignalStore open() {
                return SqliteSignalStore.open(file);
            }

            @Override
            public boolean listsKeys() {
                return false;
            }

            @Override
            public boolean keepsTradeLog() {
                return false;
            }

            @Override
            public boolean setsAside() {
                return false;
            }

            @Override
            public Optional<Damager> damager() {
                return Optional.of(new RowDamager(file));
            }

            @Override
            public Optional<OtherProcesses> otherProcesses() {
                return Optional.of(OtherProcesses.at("sqlite:" + file));
            }

            @Override
            public Set<Unproved> unproved() {
                return Set.of(Unproved.NETWORK, Unproved.RIGHTS);
            }
        };
    }
    // end::kit[]

    // tag::damager[]
    /** Changes the stored bytes behind the store's back. */
    private record RowDamager(Path file) implements Damager {

        @Override
        public void damage(SignalKey key, Damage how) {
            byte[] damaged = how.of(bytes(key));
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    PreparedStatement sql = connection.prepareStatement(
                            "update signals set sealed = ? where strategy = ? and symbol = ?")) {
                sql.setBytes(1, damaged);
                sql.setString(2, key.strategy());
                sql.setString(3, key.symbol());
                sql.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public byte[] bytes(SignalKey key) {
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                    PreparedStatement sql = connection.prepareStatement(
                            "select sealed from signals where strategy = ? and symbol = ?")) {
                sql.setString(1, key.strategy());
                sql.setString(2, key.symbol());
                try (ResultSet row = sql.executeQuery()) {
                    row.next();
                    return row.getBytes(1);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
    // end::damager[]
}
