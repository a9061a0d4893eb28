package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.Damage;
import io.backtestkit.testkit.Damager;
import io.backtestkit.testkit.OtherProcesses;
import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

            @Override
            public Optional<Damager> damager() {
                return Optional.of(new FileDamager(data));
            }

            @Override
            public Optional<OtherProcesses> otherProcesses() {
                return Optional.of(OtherProcesses.at("file:" + data));
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
        public byte[] bytes(SignalKey key) {
            try {
                return Files.readAllBytes(FileNames.record(data, key));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
