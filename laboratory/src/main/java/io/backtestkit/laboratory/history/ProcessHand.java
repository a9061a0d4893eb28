package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.SignalKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes its calls of a store in another process, which is killed now and then in the middle of one, and followed by another. */
final class ProcessHand implements Hand {

    private static final long LONGEST_END_SECONDS = 60;

    private final String location;
    private final RandomGenerator random;
    private final double kills;
    private Process process;
    private BufferedReader answers;

    /**
     * Starts the first process.
     *
     * @param kills how likely a call ends in a kill
     */
    ProcessHand(String location, RandomGenerator random, double kills) {
        this.location = location;
        this.random = random;
        this.kills = kills;
        process = start();
        answers = answersOf(process);
        open();
    }

    private static Process start() {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // short runs: quick to start matters more than quick in the end
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                HandMain.class.getName());
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedReader answersOf(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private void open() {
        say(location);
        if (!HandMain.OPEN.equals(answer())) {
            throw new IllegalStateException("Another process cannot open " + location + ".");
        }
    }

    private void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable String answer() {
        try {
            return answers.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void prepare() {
        if (!process.isAlive()) {
            process = start();
            answers = answersOf(process);
            open();
        }
    }

    @Override
    public Outcome make(SignalKey key, Call call) {
        boolean killed = random.nextDouble() < kills;
        long after = TimeUnit.MICROSECONDS.toNanos(random.nextLong(3_000));
        say(key.strategy() + "\t" + key.symbol() + "\t" + call.line());
        if (killed) {
            LockSupport.parkNanos(after);
            kill();
        }
        @Nullable String answer = answer();
        if (answer == null && !killed) {
            return new Outcome(Kind.WRONG, Grant.NONE, List.of(), "its process has ended");
        }
        if (answer != null) {
            return Outcome.parse(answer);
        }
        Kind kind = call.act().looks() ? Kind.FAILED : Kind.UNKNOWN;
        return new Outcome(kind, Grant.NONE, List.of(), "killed");
    }

    private void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
