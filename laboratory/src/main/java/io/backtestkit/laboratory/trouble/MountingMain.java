package io.backtestkit.laboratory.trouble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs one case in a process that may mount: it is root in a name space of its own, and nobody else sees what it mounts. */
final class MountingMain {

    private static final String SOUND = "sound";
    private static final String BAD = "bad: ";

    /** Held so that it stays silent. */
    private static final Logger STORES = Logger.getLogger("io.backtestkit.store");

    private MountingMain() {}

    /** Runs the case of that name and seed and prints what it found. */
    public static void main(String[] arguments) {
        STORES.setLevel(Level.OFF);
        try (Trouble trouble = Troubles.mounting(arguments[0])) {
            Optional<String> found = new TroubleTrial(trouble, Integer.parseInt(arguments[1])).run(store -> store);
            System.out.println(
                    found.map(wrong -> BAD + wrong.replace('\n', ' ')).orElse(SOUND));
        }
        System.exit(0);
    }

    /**
     * Runs a case in such a process.
     *
     * @throws IllegalStateException if this machine does not allow it
     */
    static Optional<String> run(String name, int seed) {
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MountingMain.class.getName(),
                name,
                String.valueOf(seed));
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
            throw new IllegalStateException(
                    "Cannot run case " + name + ": no process can mount here. It needs Linux, unshare, and"
                            + " user name spaces that the system allows: " + output);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run case " + name + ": it needs Linux and the program unshare.", e);
        }
    }
}
