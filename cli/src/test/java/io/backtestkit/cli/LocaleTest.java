package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in a process of its own that has no locale, as under cron or systemd, and so reads and writes ASCII. */
class LocaleTest {

    private static final String ADVICE = "Set a locale with UTF-8, for example LC_ALL=C.UTF-8.";

    @TempDir
    private Path folder;

    /** Runs it in a shell; {@code $NOTE} is a word with a character that is not ASCII. */
    private Ran command(String words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "NOTE=$(printf 'n\\303\\266te'); kit=\"$0 -cp $1 io.backtestkit.cli.Main\"; " + words,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        System.getProperty("java.class.path"))
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ran(
                process.exitValue(), SampleFiles.read(folder.resolve("out")), SampleFiles.read(folder.resolve("err")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "store import --file $NOTE.jsonl",
                "backtest --strategy bracket --symbol X --candles $NOTE.csv",
                "store list --symbol $NOTE",
                "store list --store file:./$NOTE",
            })
    void anArgumentThatCannotBeReadIsRefusedAndTheLocaleNamed(String words) throws Exception {
        command("$kit " + words).failed(2, "Cannot read the command: it has a character that the encoding", ADVICE);
    }

    @Test
    void aVariableThatCannotBeReadIsRefusedAndTheLocaleNamed() throws Exception {
        command("BACKTEST_KIT_STORE=file:./$NOTE $kit store list").failed(2, "Cannot read BACKTEST_KIT_STORE", ADVICE);
        command("BACKTEST_KIT_CONFIG=$NOTE $kit store list").failed(2, "Cannot read BACKTEST_KIT_CONFIG", ADVICE);
    }

    @Test
    void aFolderThatCannotBeNamedIsRefusedAndTheLocaleNamed() throws Exception {
        command("mkdir $NOTE && cd $NOTE && $kit store init --store file:./data")
                .failed(2, "as the name of a file: it has a character that the encoding", ADVICE);
        command("cd $NOTE && $kit store list --json x.json").failed(2, "Cannot read the name of this folder", ADVICE);
    }

    @Test
    void jsonIsUtf8() throws Exception {
        SignalKey key = new SignalKey("größe", "ü");
        try (SignalStore store = SignalStores.open("file:" + folder.resolve("store"))) {
            store.write(key, SampleSignals.openLong(key).build());
        }

        assertThat(command("$kit store show --json --store file:./store")
                        .succeeded()
                        .out())
                .contains("größe", "ü");
    }

    @Test
    void aFullDiskUnderTheOutputIsNamed() throws Exception {
        assertThat(Path.of("/dev/full")).as("this test needs Linux").exists();

        command("$kit store list --help >/dev/full").failed(1, "Cannot write the output: 'No space left on device'.");
    }

    @Test
    void inALocaleWithUtf8NothingIsLost() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> LocaleEncoding.requireWhole("it", "n\ufffd\ufffdte", "ANSI_X3.4-1968"))
                .withMessageContaining("the encoding of this locale, ANSI_X3.4-1968, does not have");
        assertThatCode(() -> LocaleEncoding.requireWhole("it", "n\ufffd\ufffdte", "UTF-8"))
                .doesNotThrowAnyException();
        assertThatCode(() -> LocaleEncoding.requireWhole("it", "note", "ANSI_X3.4-1968"))
                .doesNotThrowAnyException();
    }
}
