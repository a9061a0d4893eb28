package io.backtestkit.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The commands and their options, to be looked at or to parse with; what they write goes nowhere. */
final class CommandModel {

    private CommandModel() {}

    static CommandLine root() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal terminal = Terminal.plain(nowhere, nowhere);
        return Main.commandLine(terminal, new Failures(nowhere, new String[0]), new OrderlyEnd(terminal));
    }
}
