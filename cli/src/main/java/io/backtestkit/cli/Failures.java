package io.backtestkit.cli;

import io.backtestkit.market.CandleException;
import io.backtestkit.store.SignalStoreException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever ends a command into one message for people and an exit code. */
final class Failures {

    private final PrintStream err;
    private final boolean stackTrace;

    Failures(PrintStream err, boolean stackTrace) {
        this.err = err;
        this.stackTrace = stackTrace;
    }

    /** Writes the message, and the stack trace if that was asked for, and returns the exit code. */
    int report(Throwable failure) {
        err.println(message(failure));
        if (stackTrace) {
            failure.printStackTrace(err);
        }
        if (failure instanceof ParameterException) {
            return CommandFailure.WRONG_USE;
        }
        return failure instanceof CommandFailure command ? command.exitCode() : CommandFailure.RUN_FAILED;
    }

    private static String message(Throwable failure) {
        if (failure instanceof ParameterException wrong) {
            return wrongUse(wrong);
        }
        if (failure instanceof OutOfMemoryError) {
            return "Cannot go on: the memory was used up. Set more, for example JAVA_TOOL_OPTIONS=-Xmx2g.";
        }
        boolean forPeople = failure instanceof CommandFailure
                || failure instanceof CandleException
                || failure instanceof UncheckedIOException
                || failure instanceof SignalStoreException
                || (failure instanceof IllegalArgumentException && startsAsMessage(failure));
        if (forPeople) {
            return String.valueOf(failure.getMessage());
        }
        return "Cannot finish: the program itself failed with " + failure + ". Run it again with "
                + RootCommand.STACK_TRACE + " and report what it shows.";
    }

    private static boolean startsAsMessage(Throwable failure) {
        return failure.getMessage() != null && failure.getMessage().startsWith("Cannot ");
    }

    private static String wrongUse(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String found;
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            found = unknown(command, unmatched.getUnmatched().get(0));
        } else if (wrong instanceof MissingParameterException missing) {
            found = missing(missing);
        } else {
            String text = wrong.getMessage() == null ? wrong.toString() : wrong.getMessage();
            String start = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
            found = start.endsWith(".") ? start : start + ".";
        }
        return "Cannot run '" + name + "': " + found + " See: " + name + " --help";
    }

    private static String missing(MissingParameterException missing) {
        List<String> names = new ArrayList<>();
        missing.getMissing()
                .forEach(argument -> names.add(
                        argument instanceof CommandLine.Model.OptionSpec option
                                ? option.longestName() + " " + option.paramLabel()
                                : argument.paramLabel()));
        if (names.isEmpty()) {
            return missing.getMessage() + ".";
        }
        return "missing " + String.join(", ", names) + ".";
    }

    private static String unknown(CommandLine command, String word) {
        if (word.startsWith("-")) {
            List<String> known = new ArrayList<>();
            command.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
            known.removeIf(name -> !name.startsWith("--"));
            String name = word.split("=", 2)[0];
            return "the option '" + name + "' is unknown." + Nearest.question(name, known);
        }
        if (command.getSubcommands().isEmpty()) {
            return "'" + word + "' was not expected.";
        }
        return "the command '" + word + "' is unknown."
                + Nearest.question(word, command.getSubcommands().keySet())
                + " Known: " + String.join(", ", command.getSubcommands().keySet()) + ".";
    }
}
