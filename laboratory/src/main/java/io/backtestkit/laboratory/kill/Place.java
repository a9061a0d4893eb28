package io.backtestkit.laboratory.kill;

import io.backtestkit.servers.Folders;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.StoreOpener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An empty place for one store, and how this and other processes open it.
 *
 * @param opener has a constructor without parameters
 */
record Place(StoreKind kind, String location, Class<? extends StoreOpener> opener) implements AutoCloseable {

    private static final String FILE = "file:";

    /** Makes a folder for files. */
    static Place inFiles(Class<? extends StoreOpener> opener) {
        try {
            Path folder = Files.createTempDirectory("backtest-kit-kills");
            return new Place(StoreKind.FILES, FILE + folder.resolve("data"), opener);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SignalStore open() {
        return open(opener.getName(), location);
    }

    /** Opens it in a process that knows no more than text. */
    static SignalStore open(String opener, String location) {
        try {
            StoreOpener opens = Class.forName(opener)
                    .asSubclass(StoreOpener.class)
                    .getDeclaredConstructor()
                    .newInstance();
            return opens.open(location);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("Cannot open " + location + " by " + opener + ": " + e + ".", e);
        }
    }

    /** Removes the folder of files. */
    @Override
    public void close() {
        if (kind == StoreKind.FILES) {
            Folders.remove(Path.of(location.substring(FILE.length()), "..").normalize());
        }
    }
}
