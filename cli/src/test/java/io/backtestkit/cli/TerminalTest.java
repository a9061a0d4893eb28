package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {

    @TempDir
    private Path folder;

    @Test
    void aNameThatWouldSteerTheTerminalIsShownInstead() {
        SignalKey key = new SignalKey("a\u001b[2Jb", "x\ny");
        String location = "file:" + folder.resolve("store");
        try (SignalStore store = SignalStores.open(location)) {
            store.write(key, SampleSignals.openLong(key).build());
        }
        for (String command : new String[] {"list", "show", "check"}) {
            String out = Ran.command("store", command, "--store", location)
                    .succeeded()
                    .out();

            assertThat(out).contains("a\\u001b[2Jb/x\\u000ay").doesNotContain("\u001b", "x\ny");
        }
        Ran refused = Ran.command("store", "show", "--store", location, "--strategy", "c\u001b[2J");
        assertThat(refused.err()).contains("c\\u001b[2J").doesNotContain("\u001b");
    }

    @Test
    void textWithoutControlCharactersStaysAsItIs() {
        assertThat(Terminal.visible("naïve 🙂 / \\")).isEqualTo("naïve 🙂 / \\");
        assertThat(Terminal.visible("a\tb\nc\u0000", "\n\t")).isEqualTo("a\tb\nc\\u0000");
    }
}
