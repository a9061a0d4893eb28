package io.backtestkit.store.file;

import static io.backtestkit.store.file.Samples.closed;
import static io.backtestkit.store.file.Samples.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Another process that has a folder open and does what it is told, one line each, answered by one line. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    private final PrintStream input;
    private final BufferedReader output;

    private OtherProcess(Process process) {
        this.process = process;
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a process that opens the folder once it is told anything. */
    static OtherProcess start(Path folder, Duration patience) throws IOException {
        return new OtherProcess(Java.start(Main.class, folder.toString(), String.valueOf(patience.toMillis())));
    }

    /** Starts Java processes that use the classes of the tests. */
    static final class Java {
        private Java() {}

        static Process start(Class<?> main, String... arguments) throws IOException {
            List<String> command = new java.util.ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xshare:auto",
                    "-cp",
                    System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                    main.getName()));
            command.addAll(List.of(arguments));
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }
    }

    /** Says that and returns the answer. */
    String tell(String command) throws IOException {
        say(command);
        return answer();
    }

    void say(String command) {
        input.println(command);
    }

    String answer() throws IOException {
        return String.valueOf(output.readLine());
    }

    long number() {
        return process.pid();
    }

    /** Stops it wherever it is: SIGSTOP. */
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Lets it go on: SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(number()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).as("kill -%s", name).isZero();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().orTimeout(1, TimeUnit.MINUTES).join();
    }

    @Override
    public void close() {
        kill();
    }

    /** The process itself. */
    static final class Main {

        private final BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        private final AtomicBoolean pausing = new AtomicBoolean();
        private final String owner = ProcessOwner.name();
        private @Nullable Claim claim;

        private Main() {}

        public static void main(String[] arguments) throws IOException {
            new Main().run(Path.of(arguments[0]), Duration.ofMillis(Long.parseLong(arguments[1])));
        }

        private static void answer(String line) {
            System.out.println(line.replace('\n', ' '));
            System.out.flush();
        }

        private void run(Path folder, Duration patience) throws IOException {
            commands.readLine();
            try (FileSignalStore store =
                    FileSignalStore.open(folder, new WatchedDisk(this::pause), InstantSource.system(), patience)) {
                answer("open");
                for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                    try {
                        answer(act(store, line.split(" ")));
                    } catch (SignalStoreException e) {
                        answer(e.getClass().getSimpleName() + ": " + e.getMessage());
                    }
                }
            } catch (SignalStoreException e) {
                answer(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }

        /** Stays in the middle of a change until a line comes. */
        private void pause(String step) {
            if (step.startsWith("move ") && pausing.getAndSet(false)) {
                answer("in the middle");
                try {
                    commands.readLine();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }

        private String act(FileSignalStore store, String[] words) {
            SignalKey key = new SignalKey("breakout", words[1]);
            int count = words.length > 2 && words[2].matches("\\d+") ? Integer.parseInt(words[2]) : 1;
            switch (words[0]) {
                case "pause" -> pausing.set(true);
                case "write" -> store.write(key, open(key, words[2]));
                case "read" -> {
                    return store.read(key).map(Signal::id).orElse("nothing");
                }
                case "log" -> {
                    for (int i = 0; i < count; i++) {
                        String id = words[3] + "-" + i;
                        store.write(key, open(key, id));
                        store.tradeLog().orElseThrow().append(closed(Samples.BTC, id, i));
                    }
                }
                case "claim" -> {
                    ClaimAnswer answer = store.claims().orElseThrow().claim(key, owner, Duration.ofMillis(count));
                    claim = answer.claim();
                    return answer.getClass().getSimpleName() + " "
                            + answer.claim().epoch();
                }
                case "claimed-write" ->
                    store.claims()
                            .orElseThrow()
                            .write(Optional.ofNullable(claim).orElseThrow(), open(key, words[2]));
                default -> throw new IllegalArgumentException(words[0]);
            }
            return "done";
        }
    }
}
