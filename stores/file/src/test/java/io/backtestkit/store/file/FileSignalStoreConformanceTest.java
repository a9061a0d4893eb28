package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.OtherProcesses;
import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;
import io.backtestkit.testkit.Unproved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;

class FileSignalStoreConformanceTest extends SignalStoreConformance {

    @TempDir
    Path folder;

    @Override
    protected StoreFixture fixture() {
        Path data = folder.resolve(UUID.randomUUID().toString());
        return new StoreFixture() {
            @Override
            public String name() {
                return "file";
            }

            @Override
            public SignalStore open() {
                return FileSignalStore.open(data);
            }

            @Override
            public boolean offersClaims() {
                return true;
            }

            /** A folder has no pages, and each write waits for the disk. */
            @Override
            public int manyKeys() {
                return 150;
            }

            @Override
            public Optional<Damager> damager() {
                return Optional.of(new FileDamager(data));
            }

            @Override
            public Optional<OtherProcesses> otherProcesses() {
                return Optional.of(OtherProcesses.at("file:" + data));
            }

            /** There is no server. */
            @Override
            public Set<Unproved> unproved() {
                return Set.of(Unproved.NETWORK);
            }

            @Override
            public Optional<Supplier<SignalStore>> forbidden() {
                return Optional.of(() -> FileSignalStore.openReadOnly(data));
            }
        };
    }

    private record FileDamager(Path data) implements Damager {

        @Override
        public void damage(SignalKey key, Damage how) {
            try {
                Files.write(FileNames.record(data, key), how.of(bytes(key)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean damageClaim(SignalKey key) {
            Path claim = FileNames.claim(data, key);
            try {
                Files.write(claim, Damage.TRUNCATED.of(Files.readAllBytes(claim)));
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** In place: a line that has no end may be a torn one, which was never acknowledged. */
        @Override
        public boolean damageTrade(SignalKey key, int number) {
            Path log = FileNames.tradeLog(data, key);
            try {
                List<String> lines = new ArrayList<>(Files.readAllLines(log));
                lines.set(number, lines.get(number).replace("\"trade\":", "\"tirade\":"));
                Files.write(log, lines);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The name of the file is a hash, and nothing in it tells more. */
        @Override
        public boolean damageKey(SignalKey key) {
            try {
                Files.write(FileNames.record(data, key), new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<byte[]> keptBytes(SignalKey key) {
            Path record = FileNames.record(data, key);
            try {
                return Optional.of(
                        Files.readAllBytes(record.resolveSibling(FileNames.nameOf(record) + FileNames.DAMAGED)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public byte[] bytes(SignalKey key) {
            try {
                return Files.readAllBytes(FileNames.record(data, key));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
