package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {

    @TempDir
    private Path folder;

    @Test
    void theDemoKillsRestoresAndFindsTheTradesEqual() {
        Path kept = folder.resolve("kept");

        Ran ran = Ran.command("demo", "--kills", "2", "--seed", "7", "--keep", kept.toString());

        assertThat(ran.err()).isEmpty();
        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out())
                .contains("Kill 1, at ", "Kill 2, at ", "  stored    long ", "  restored  long ", "--seed 7", "EQUAL")
                .doesNotContain("NOT what was stored");
        assertThat(ran.out().lines().filter(line -> line.length() > 80)).isEmpty();
        assertThat(kept.resolve("events.jsonl")).exists();
    }

    @Test
    void aFolderThatIsNotEmptyIsNotUsed() {
        SampleFiles.write(folder.resolve("x"), "x");

        Ran.command("demo", "--keep", folder.toString()).failed(2, "the folder is not empty");
    }
}
