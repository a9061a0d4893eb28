package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command that was run in this process, and what came of it. */
record Ran(int exitCode, String out, String err) {

    static Ran command(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = Main.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Ran(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Checks that it succeeded, and that everything it showed fits on a terminal. */
    Ran succeeded() {
        assertThat(failures()).isEmpty();
        assertThat(exitCode).as(out).isZero();
        assertThat(out.lines().filter(line -> line.length() > 80 && !line.startsWith("[") && !line.contains("/")))
                .isEmpty();
        return this;
    }

    /** Checks that it failed with that exit code and one message that holds those texts. */
    Ran failed(int expected, String... parts) {
        String failures = String.join("\n", failures());
        assertThat(failures).startsWith("Cannot ").doesNotContain("\tat ", "Exception");
        assertThat(List.of(parts)).allSatisfy(part -> assertThat(failures).contains(part));
        assertThat(failures().stream().filter(line -> !line.startsWith(" "))).hasSize(1);
        assertThat(exitCode).isEqualTo(expected);
        return this;
    }

    /** What a store has to say when it opens is no failure. */
    private List<String> failures() {
        return err.lines().filter(line -> !line.startsWith("Note: ")).toList();
    }
}
