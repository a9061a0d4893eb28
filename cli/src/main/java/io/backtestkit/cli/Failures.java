package io.backtestkit.cli;

import io.backtestkit.market.CandleException;
import io.backtestkit.store.Nearest;
import io.backtestkit.store.SignalStoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever ends a command into one message for people and an exit code. */
final class Failures {

    private final PrintStream err;
    private final List<String> arguments;
    private final Secrets secrets;

    Failures(PrintStream err, String[] arguments) {
        this.err = err;
        this.arguments = List.of(arguments);
        this.secrets = new Secrets(this.arguments);
    }

    /** Writes the message, and the stack trace if that was asked for, and returns the exit code. */
    int report(Throwable failure) {
        err.println(shown(message(failure)));
        if (failure instanceof ParameterException) {
            return CommandFailure.WRONG_USE; // the parser's trace would show the arguments, and helps nobody
        }
        if (arguments.contains(RootCommand.STACK_TRACE)) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            err.print(shown(trace.toString()));
        }
        if (unnameable(failure).isPresent()) {
            return CommandFailure.WRONG_USE;
        }
        return failure instanceof CommandFailure command ? command.exitCode() : CommandFailure.RUN_FAILED;
    }

    /**
     * Says that not all of the output was written, and returns the exit code. If its reader has seen enough, as {@code head} has,
     * say nothing.
     */
    int reportUnwritten(Optional<IOException> why) {
        String found = why.map(e -> String.valueOf(e.getMessage())).orElse("it was refused");
        if (found.toLowerCase(Locale.ROOT).contains("pipe")) { // "Broken pipe" in the language of the system
            return CommandFailure.READER_GONE;
        }
        return report(CommandFailure.runFailed(
                "Cannot write the output: '" + found + "'. Not all of it was shown: check where it goes."));
    }

    private String shown(String text) {
        return Terminal.visible(secrets.hiddenIn(text), "\n\t");
    }

    private String message(Throwable failure) {
        Optional<InvalidPathException> unnameable = unnameable(failure);
        if (unnameable.isPresent()) {
            return "Cannot use '" + unnameable.get().getInput() + "' as the name of a file: it has a character that "
                    + LocaleEncoding.lacks();
        }
        if (failure instanceof ParameterException wrong) {
            return wrongUse(wrong);
        }
        if (failure instanceof OutOfMemoryError) {
            return "Cannot go on: the memory was used up. Set more, for example JAVA_TOOL_OPTIONS=-Xmx2g.";
        }
        Optional<String> lacking = failure instanceof CommandFailure ? Optional.empty() : lacking(failure);
        if (lacking.isPresent()) {
            return lacking.get();
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

    /** Wherever a file is named: all characters but one go into a name, unless the encoding does not have them. */
    private static Optional<InvalidPathException> unnameable(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof InvalidPathException e && e.getInput().indexOf(0) < 0) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    /** A store or strategy of the class path may be there without what it needs. */
    private static Optional<String> lacking(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            // others of its kind say that a class failed to initialize
            if (t instanceof NoClassDefFoundError && t.getCause() instanceof ClassNotFoundException absent) {
                return Optional.of("Cannot go on: the class path lacks " + absent.getMessage()
                        + ". If a store or strategy of your own needs it, add its jar (for a store, the client's jars) to"
                        + " BACKTEST_KIT_CLASSPATH.");
            }
            if (t instanceof ServiceConfigurationError wrong && wrong.getCause() == null) {
                return Optional.of("Cannot load what the class path offers: '" + wrong.getMessage()
                        + "'. Mend or remove that jar, or correct BACKTEST_KIT_CLASSPATH.");
            }
        }
        return Optional.empty();
    }

    private static boolean startsAsMessage(Throwable failure) {
        return failure.getMessage() != null && failure.getMessage().startsWith("Cannot ");
    }

    private String wrongUse(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        return "Cannot run '" + name + "': " + withoutSecrets(found(wrong, command)) + " See: " + name + " --help";
    }

    /** A location that stands in the wrong place may hold a password, and what has an {@code @} may be one. */
    private String withoutSecrets(String text) {
        String shown = secrets.hiddenIn(text);
        for (String word : arguments) {
            if (word.indexOf('@') >= 0) {
                shown = shown.replace(word, Secrets.HIDDEN);
            }
        }
        return shown.replaceAll("[^\\s']*@[^\\s']*", Secrets.HIDDEN);
    }

    private String found(ParameterException wrong, CommandLine command) {
        if (wrong instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            return unknown(command, unmatched.getUnmatched().get(0));
        }
        if (wrong instanceof MissingParameterException missing) {
            // a mistyped option is missing and unknown at once: the second says more
            return arguments.stream()
                    .filter(word -> word.startsWith("--") && !options(command).contains(optionName(word)))
                    .findFirst()
                    .map(word -> unknown(command, word))
                    .orElseGet(() -> missing(missing));
        }
        String text = String.valueOf(wrong.getMessage());
        text = text.startsWith("Error: ") ? text.substring("Error: ".length()) : text;
        String start = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
        return start.endsWith(".") ? start : start + ".";
    }

    private static String missing(MissingParameterException missing) {
        List<String> names = new ArrayList<>();
        boolean choice = false;
        for (ArgSpec argument : missing.getMissing()) {
            choice |= argument.group() != null && argument.group().exclusive();
            if (argument instanceof OptionSpec option) {
                names.add(option.longestName() + (option.arity().max() == 0 ? "" : " " + option.paramLabel()));
            } else {
                names.add(argument.paramLabel());
            }
        }
        return names.isEmpty()
                ? missing.getMessage() + "."
                : "missing " + String.join(choice ? " or " : ", ", names) + ".";
    }

    private static String unknown(CommandLine command, String word) {
        if (word.startsWith("-")) {
            String name = optionName(word);
            String instead = name.equals("--exchange")
                    ? " This version has no connection to an exchange: name recorded candles with --replay."
                    : Nearest.question(name, options(command));
            return "the option '" + name + "' is unknown." + instead;
        }
        if (command.getSubcommands().isEmpty()) {
            return "'" + word + "' was not expected.";
        }
        return "the command '" + word + "' is unknown."
                + Nearest.question(word, command.getSubcommands().keySet())
                + " Known: " + String.join(", ", command.getSubcommands().keySet()) + ".";
    }

    private static List<String> options(CommandLine command) {
        List<String> known = new ArrayList<>();
        command.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        known.removeIf(name -> !name.startsWith("--"));
        return known;
    }

    private static String optionName(String word) {
        return word.split("=", 2)[0];
    }
}
