package io.backtestkit.laboratory.trouble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Runs one case in a process that may mount: it is root in a name space of its own, and nobody else sees what it mounts. */
final class MountingMain {

    private static final List<String> UNSHARED = List.of("unshare", "--user", "--map-root-user", "--mount");
    private static final String NEEDS =
            "it needs a process that may mount: Linux, the program unshare, and user name spaces that the system allows: ";

    private static final String SOUND = "sound";
    private static final String BAD = "bad: ";

    /** Held so that they stay silent. */
    private static final List<Logger> LOUD = Stream.of("io.backtestkit.store", "io.lettuce", "io.netty")
            .map(Logger::getLogger)
            .toList();

    private MountingMain() {}

    /** Runs the case of that name and seed and prints what it found. */
    public static void main(String[] arguments) {
        LOUD.forEach(logger -> logger.setLevel(Level.OFF));
        try (Trouble trouble = Troubles.mounting(arguments[0])) {
            Optional<String> found = new TroubleTrial(trouble, Integer.parseInt(arguments[1])).run(store -> store);
            System.out.println(
                    found.map(wrong -> BAD + wrong.replace('\n', ' ')).orElse(SOUND));
        }
        System.exit(0);
    }

    /** Returns why no such process can be had here; empty if it can. */
    static Optional<String> obstacle() {
        try {
            Path folder = Files.createTempDirectory("backtest-kit-mounted");
            try {
                List<String> command = new ArrayList<>(UNSHARED);
                command.addAll(List.of("mount", "-t", "tmpfs", "tmpfs", folder.toString()));
                Process process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                return process.onExit().join().exitValue() == 0 ? Optional.empty() : Optional.of(NEEDS + output);
            } finally {
                Files.delete(folder);
            }
        } catch (IOException e) {
            return Optional.of(NEEDS + e.getMessage());
        }
    }

    /** Runs a case in such a process. */
    static Optional<String> run(String name, int seed) {
        List<String> command = new ArrayList<>(UNSHARED);
        command.addAll(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MountingMain.class.getName(),
                name,
                String.valueOf(seed)));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            String last = output.substring(output.lastIndexOf('\n') + 1);
            if (last.equals(SOUND)) {
                return Optional.empty();
            }
            if (last.startsWith(BAD)) {
                return Optional.of(last.substring(BAD.length()));
            }
            throw new IllegalStateException("Cannot run case " + name + ": " + output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
