package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Runs commands on a store that a user wrote: {@value #LOCATION}. */
final class OwnStore {

    static final String LOCATION = "own:store";

    private static volatile SignalStore opened = new InMemorySignalStore();

    private OwnStore() {}

    /** Opens whatever store the test has. */
    public static final class Provider implements SignalStoreProvider {

        @Override
        public Set<String> schemes() {
            return Set.of("own");
        }

        @Override
        public SignalStore open(StoreLocation location) {
            return opened;
        }
    }

    /** A store with the three methods that a store must have, and no other. */
    static class ThreeMethods implements SignalStore {

        final InMemorySignalStore memory = new InMemorySignalStore();

        @Override
        public void write(SignalKey key, Signal signal) {
            memory.write(key, signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return memory.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            memory.delete(key);
        }
    }

    /** Runs a command with that store on the class path; a file that names it is put into the folder. */
    static Ran command(Path folder, SignalStore store, String... arguments) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        opened = store;
        SampleFiles.write(
                folder.resolve("services/META-INF/services/" + SignalStoreProvider.class.getName()),
                Provider.class.getName());
        URL[] services = {url(folder.resolve("services"))};
        try (URLClassLoader withStore = new URLClassLoader(services, before)) {
            thread.setContextClassLoader(withStore);
            return Ran.command(arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(Path folder) {
        try {
            return folder.toUri().toURL();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
