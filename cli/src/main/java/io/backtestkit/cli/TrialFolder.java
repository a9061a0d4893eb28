package io.backtestkit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a demonstration or a drill works: a temporary folder that is removed when closed, or one that is kept. */
final class TrialFolder implements AutoCloseable {

    private final Path path;
    private final boolean kept;
    private final Thread hook = new Thread(this::removeAtExit, "remove trial folder");

    private TrialFolder(Path path, boolean kept) {
        this.path = path;
        this.kept = kept;
    }

    /** Makes a temporary folder, or the one to keep, which must be new or empty. */
    static TrialFolder open(@Nullable Path keep) {
        try {
            if (keep == null) {
                TrialFolder temporary = new TrialFolder(Files.createTempDirectory("backtest-kit-demo-"), false);
                Runtime.getRuntime().addShutdownHook(temporary.hook);
                return temporary;
            }
            Files.createDirectories(keep);
            try (Stream<Path> content = Files.list(keep)) {
                if (content.findAny().isPresent()) {
                    throw CommandFailure.wrongUse(
                            "Cannot work in --keep '" + keep + "': the folder is not empty. Name a new one.");
                }
            }
            return new TrialFolder(keep, true);
        } catch (IOException e) {
            throw CommandFailure.runFailed(
                    "Cannot make a folder to work in: '" + e + "'. Name one with --keep DIR.", e);
        }
    }

    /** Says that a store which the environment or a properties file names is left alone. */
    static Optional<String> leftAlone(String what, Map<String, String> environment, Path present) {
        String named = StoreChoice.namedBy(environment, present);
        return named.isEmpty()
                ? Optional.empty()
                : Optional.of("Note: the store that comes from " + named + " is not used: without --store, " + what
                        + " works in a folder of its own.");
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        if (!kept && ShutdownHooks.remove(hook).isEmpty()) {
            remove();
        }
    }

    /** A child that is being killed at the same moment may still write: then the folder stays, and is named. */
    private void removeAtExit() {
        try {
            remove();
        } catch (UncheckedIOException e) {
            System.err.println(e.getMessage());
        }
    }

    private void remove() {
        try (Stream<Path> content = Files.walk(path)) {
            List<Path> deepestFirst = content.sorted(Comparator.reverseOrder()).toList();
            for (Path each : deepestFirst) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove " + path + ": '" + e.getMessage() + "'. Remove it.", e);
        }
    }
}
