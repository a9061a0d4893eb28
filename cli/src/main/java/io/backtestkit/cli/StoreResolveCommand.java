package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.UnreadableSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit store resolve}: says what becomes of a damaged record. */
@Command(
        name = "resolve",
        description = {"Decide what becomes of a damaged record. Its bytes are kept under another name in any case.", ""
        },
        footer = {
            "",
            "Example, after the position was closed by hand:",
            "  backtest-kit store resolve --strategy dip-buyer --symbol BTCUSD --discard",
            "Example, with the record as store show --json had printed it:",
            "  backtest-kit store resolve --strategy dip-buyer --symbol BTCUSD \\",
            "      --replace signal.json"
        })
final class StoreResolveCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OneKey one = new OneKey();

    @ArgGroup(multiplicity = "1")
    private Decision decision = new Decision();

    /** One of two. */
    static final class Decision {

        @Option(names = "--discard", description = "No position is held: free the slot.")
        private boolean discard;

        @Option(
                names = "--replace",
                paramLabel = "FILE.json",
                description = "The record in this file is the right one.")
        private @Nullable Path replace;
    }

    StoreResolveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        SignalKey key = one.key();
        Optional<Signal> replacement = Optional.ofNullable(decision.replace).map(file -> replacement(key, file));
        try (SignalStore opened = store.open(key)) {
            UnreadableSignalException damage = damage(opened, key);
            terminal.tell("Found %s damaged: %s.", key, damage.found());
            Optional<String> kept = opened.setAside(key);
            terminal.tell("Its bytes are kept: %s", kept.orElse("(nowhere: there were none)"));
            replacement.ifPresent(signal -> put(opened, signal));
            terminal.say(outcome(opened, key));
        }
        return 0;
    }

    private void put(SignalStore opened, Signal signal) {
        try {
            opened.write(signal.key(), signal);
        } catch (SignalStoreException e) {
            throw CommandFailure.runFailed(
                    e.getMessage() + " The slot is free now, and the record is not in it: do not trade " + signal.key()
                            + " before 'store import' has put it there.",
                    e);
        }
        SignalText.lines(signal).forEach(terminal::say);
    }

    private String outcome(SignalStore opened, SignalKey key) {
        if (!decision.discard) {
            return "The record above stands in its place; the next start goes on with it.";
        }
        return opened.read(key).isPresent()
                ? "Only its claim was damaged. The signal stays; the next start goes on with it."
                : "The slot is free; the next start may open a new position.";
    }

    private static UnreadableSignalException damage(SignalStore opened, SignalKey key) {
        try {
            Optional<Signal> readable = opened.read(key);
            opened.claims().ifPresent(claims -> claims.holder(key));
            throw CommandFailure.runFailed("Cannot resolve signal " + key + " in " + opened.describe() + ": "
                    + (readable.isPresent() ? "its record can be read" : "no such signal is held")
                    + ". Nothing was changed."
                    + (readable.isPresent() ? " To remove it: backtest-kit store delete" : ""));
        } catch (UnreadableSignalException e) {
            return e;
        }
    }

    /** Reads a record, sealed as a store keeps it or bare as {@code store show --json} prints it. */
    private static Signal replacement(SignalKey key, Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            Signal signal;
            if (text.startsWith("{\"format\"")) {
                signal = SignalEnvelope.open(bytes).signal();
            } else {
                boolean listed = text.startsWith("[") && text.endsWith("]");
                signal = SignalCodec.decode(listed ? text.substring(1, text.length() - 1) : text);
            }
            if (!signal.key().equals(key)) {
                throw CommandFailure.runFailed("Cannot use record " + file + ": it is of " + signal.key() + ", not of "
                        + key + ". Nothing was changed.");
            }
            return signal;
        } catch (NoSuchFileException e) {
            throw CommandFailure.runFailed(
                    "Cannot read record " + file + ": there is no such file. Check the path.", e);
        } catch (SignalFormatException e) {
            throw CommandFailure.runFailed(
                    "Cannot use record " + file + ": " + e.getMessage() + ". Nothing was changed.", e);
        } catch (IOException e) {
            throw CommandFailure.runFailed("Cannot read record " + file + ": '" + e + "'. Check the file.", e);
        }
    }
}
