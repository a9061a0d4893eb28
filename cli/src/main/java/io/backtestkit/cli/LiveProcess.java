package io.backtestkit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command {@code live} in a process of its own, with this process's Java and class path. Closing kills it. */
final class LiveProcess implements AutoCloseable {

    private final Process process;
    private final Path output;
    private final Thread killAtExit;
    private volatile boolean endingItself;

    private LiveProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
        this.killAtExit = new Thread(this::killAtExit, "kill " + process.pid());
    }

    /**
     * Starts it.
     *
     * @param arguments of {@code live}, without {@code --store}
     * @param store the location of its store, handed over in the environment: other users of the machine can read the
     *     arguments of a process, and it may hold a password
     * @param output where what it prints is appended
     */
    static LiveProcess start(List<String> arguments, String store, Path output) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // short runs: quick to start matters more than quick in the end
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "live"));
        command.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().put(StoreChoice.VARIABLE, store);
            Process process = builder.start();
            LiveProcess started = new LiveProcess(process, output);
            Runtime.getRuntime().addShutdownHook(started.killAtExit);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + command.get(0) + ": '" + e.getMessage() + "'.", e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long number() {
        return process.pid();
    }

    private void killAtExit() {
        endingItself = true;
        process.destroyForcibly();
    }

    /** Says whether this process is ending, and has killed the other one for that reason only. */
    boolean isEndingItself() {
        return endingItself;
    }

    /** Asks it to stop, as SIGTERM does. */
    void terminate() {
        process.destroy();
    }

    /** Kills it with SIGKILL and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits for its end, a minute at most, and returns its exit code. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw CommandFailure.runFailed("Cannot wait for the child process " + process.pid()
                    + ": it did not end within 60 s. It printed: " + printed());
        }
        return process.exitValue();
    }

    /** Returns the end of what it printed, for a failure's message. */
    String printed() {
        try {
            String all = Files.readString(output, Charset.defaultCharset()).strip();
            return "'" + all.substring(Math.max(0, all.length() - 2000)) + "'";
        } catch (IOException e) {
            return "(not readable: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        ShutdownHooks.remove(killAtExit);
    }
}
