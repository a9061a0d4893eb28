package io.backtestkit.laboratory.damage;

import io.backtestkit.servers.Folders;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.file.FileSignalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A slot of the file store, in a folder that is removed afterwards. */
final class KeptInFiles implements Kept {

    private final Path folder;
    private final FileSignalStore store;

    KeptInFiles() {
        try {
            folder = Files.createTempDirectory("backtest-kit-damage");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = FileSignalStore.open(folder);
    }

    @Override
    public List<String> parts(Piece piece) {
        SignalKey key = Piece.KEY;
        String slot = key.strategy() + "/" + key.symbol();
        return List.of(
                switch (piece) {
                    case RECORD -> slot + ".json";
                    case CLAIM -> slot + ".claim";
                    case LOG -> slot + ".trades.jsonl";
                });
    }

    @Override
    public byte[] bytes(String part) {
        try {
            return Files.readAllBytes(folder.resolve(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Also removes the copies that the store has made of earlier damage. */
    @Override
    public void put(String part, byte[] bytes) {
        try {
            Path file = folder.resolve(part);
            Files.write(file, bytes);
            try (Stream<Path> beside = Files.list(file.resolveSibling(""))) {
                for (Path copy : beside.filter(one -> one.toString().endsWith(".damaged"))
                        .toList()) {
                    Files.delete(copy);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SignalStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        Folders.remove(folder);
    }
}
