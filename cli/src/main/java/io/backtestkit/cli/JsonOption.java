package io.backtestkit.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Asks for JSON instead of text: on the output, or in a file. */
final class JsonOption {

    private static final String OUTPUT = "-";

    @Option(
            names = "--json",
            arity = "0..1",
            fallbackValue = OUTPUT,
            paramLabel = "FILE",
            description = "Write JSON for programs: to the file, or without one instead of the text.")
    private @Nullable Path file;

    /** Says whether the output is JSON and nothing else. */
    boolean replacesText() {
        return file != null && (file.equals(Path.of(OUTPUT)) || OutputFile.isStandardOutput(file));
    }

    /** Returns where text for people goes: nowhere if the output is JSON. */
    Terminal textOf(Terminal terminal) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        return replacesText() ? Terminal.plain(nowhere, nowhere) : terminal;
    }

    /** Returns the file, checked; empty if none was named. */
    Optional<OutputFile> check() {
        return file == null || replacesText() ? Optional.empty() : Optional.of(OutputFile.check("--json", file));
    }

    /** Writes the content to wherever it was asked for, if it was. */
    void write(Terminal terminal, Optional<OutputFile> output, SignalJson.Content content) {
        if (replacesText()) {
            terminal.sayJson(SignalJson.text(content));
        }
        output.ifPresent(target -> {
            target.write(SignalJson.text(content) + "\n");
            terminal.say("Written for programs: " + file);
        });
    }
}
