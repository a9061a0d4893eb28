package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the results on the way out. */
class OutputTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);

    private String told() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }

    private int run(OutputStream out, String... words) {
        Terminal terminal = Terminal.to(new StandardOutput(out), err, false);
        try (OrderlyEnd end = new OrderlyEnd(terminal)) {
            return Main.run(words, terminal, err, end);
        }
    }

    @Test
    void aFullDiskUnderTheOutputFailsTheCommandAndIsNamed() {
        assertThat(run(failing("No space left on device"), "--version")).isEqualTo(1);

        assertThat(told()).startsWith("Cannot write the output: 'No space left on device'.");
    }

    @Test
    void aStreamThatDoesNotSayWhyItFailsAlsoFailsTheCommand() {
        PrintStream out = new PrintStream(failing("kept to itself"), false, StandardCharsets.UTF_8);

        assertThat(Main.run(new String[] {"store", "list", "--help"}, out, err)).isEqualTo(1);

        assertThat(told()).startsWith("Cannot write the output: ");
    }

    @Test
    void aReaderThatHasSeenEnoughEndsTheCommandWithoutAWordAndAsSigpipeWould() {
        assertThat(run(failing("Broken pipe"), "--help")).isEqualTo(141);

        assertThat(told()).isEmpty();
    }

    @Test
    void aCommandThatFailedBeforeKeepsItsExitCode() {
        for (String why : new String[] {"Broken pipe", "No space left on device"}) {
            assertThat(run(failing(why), "store", "check", "--store", "file:" + damaged()))
                    .isEqualTo(1);
            assertThat(told()).contains("Cannot vouch for store ");
        }
        assertThat(run(failing("Broken pipe"), "backtst")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
    void aFileThatIsTheOutputItselfEndsAsTheOutputDoes(String output) {
        List<List<String>> commands = List.of(
                live(output),
                List.of("store", "list", "--store", "file:" + folder.resolve("store"), "--json", output),
                List.of(
                        "backtest",
                        "--strategy",
                        "bracket",
                        "--symbol",
                        "BTCUSD",
                        "--candles",
                        candles(),
                        "--json",
                        output));

        assertThat(commands).allSatisfy(words -> {
            assertThat(run(failing("Broken pipe"), words.toArray(String[]::new)))
                    .isEqualTo(141);
            assertThat(told()).doesNotContain("Cannot");
        });
        assertThat(commands).allSatisfy(words -> {
            written.reset();
            assertThat(run(failing("No space left on device"), words.toArray(String[]::new)))
                    .isEqualTo(1);
            assertThat(told()).contains("Cannot write the output: 'No space left on device'.");
        });
    }

    @Test
    void aFileThatIsTheOutputItselfHasNothingElseInIt() {
        String store = "file:" + folder.resolve("store");
        ByteArrayOutputStream listed = new ByteArrayOutputStream();
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        ByteArrayOutputStream events = new ByteArrayOutputStream();

        assertThat(run(events, live("/dev/stdout").toArray(String[]::new))).isZero();
        assertThat(told()).contains("Trade log: ", "Fingerprint of the trade list:");
        assertThat(run(listed, "store", "trades", "--store", store, "--json", "/dev/stdout"))
                .isZero();
        written.reset();
        assertThat(run(
                        result,
                        "backtest",
                        "--strategy",
                        "bracket",
                        "--symbol",
                        "BTCUSD",
                        "--candles",
                        candles(),
                        "--json",
                        "/dev/stdout"))
                .isZero();
        assertThat(told()).contains("Backtest: ").doesNotContain("/dev/stdout");

        assertThat(events.toString(StandardCharsets.UTF_8).lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("{\"event\":\"").endsWith("}"));
        assertThat(listed.toString(StandardCharsets.UTF_8))
                .isEqualTo(Ran.command("store", "trades", "--store", store, "--json")
                        .out());
        assertThat(result.toString(StandardCharsets.UTF_8)).startsWith("{").endsWith("}\n");
    }

    private String candles() {
        return SampleFiles.candles(folder, 600).toString();
    }

    private List<String> live(String events) {
        return List.of(
                "live",
                "--strategy",
                "bracket",
                "--symbol",
                "BTCUSD",
                "--replay",
                candles(),
                "--store",
                "file:" + folder.resolve("store"),
                "--json-events",
                events);
    }

    private Path damaged() {
        Path store = folder.resolve("damaged");
        SampleFiles.write(store.resolve("bracket/BTCUSD.json"), "{");
        return store;
    }

    @Test
    void jsonIsUtf8WhateverTheEncodingOfTheOutputIs() {
        SignalKey key = new SignalKey("größe-\u009f-🙂", "ü");
        String location = "file:" + folder.resolve("store");
        try (SignalStore store = SignalStores.open(location)) {
            store.write(key, SampleSignals.openLong(key).build());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream ascii = new PrintStream(bytes, true, StandardCharsets.US_ASCII);

        Main.run(new String[] {"store", "show", "--json", "--store", location}, ascii, err);
        String json = bytes.toString(StandardCharsets.UTF_8);

        assertThat(json).contains("größe-\\u009f-🙂").endsWith("]" + System.lineSeparator());
        assertThat(json)
                .isEqualTo(Ran.command("store", "show", "--json", "--store", location)
                        .out());
    }
}
