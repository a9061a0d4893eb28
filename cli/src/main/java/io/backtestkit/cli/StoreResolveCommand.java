package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
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

    /** What is damaged: the record of the slot, or only what says who owns it. */
    private record Damage(boolean ofRecord, String found) {}

    @Override
    public Integer call() {
        SignalKey key = one.key();
        Optional<Signal> replacement = Optional.ofNullable(decision.replace).map(file -> replacement(key, file));
        try (SignalStore opened = store.open(key)) {
            Optional<Damage> damage = damage(opened, key);
            if (damage.isEmpty()) {
                requireDone(opened, key, replacement);
                return 0;
            }
            terminal.tell("Found %s damaged: %s.", key, damage.get().found());
            if (decision.discard) {
                discard(opened, damage.get(), key);
            }
            replacement.ifPresent(signal -> replace(opened, damage.get(), signal));
        }
        return 0;
    }

    private static Optional<Damage> damage(SignalStore opened, SignalKey key) {
        boolean read = false;
        try {
            var unused = opened.read(key);
            read = true;
            opened.claims().ifPresent(claims -> claims.holder(key));
            return Optional.empty();
        } catch (UnreadableSignalException e) {
            return Optional.of(new Damage(!read, e.found()));
        }
    }

    /** Where nothing is damaged, lets only pass that the given record is in the slot, as after a run that was cut off. */
    private void requireDone(SignalStore opened, SignalKey key, Optional<Signal> replacement) {
        Optional<Signal> held = opened.read(key);
        if (held.isEmpty() || !held.equals(replacement)) {
            throw refused(opened, key, held, "", " Nothing was changed.");
        }
        SignalText.lines(held.get()).forEach(terminal::say);
        terminal.tell(
                "The record above stands in the slot already, and nothing is damaged; the next start goes on with it.");
    }

    private void discard(SignalStore opened, Damage damage, SignalKey key) {
        boolean done = told(opened.setAside(key));
        if (opened.read(key).isEmpty()) {
            terminal.say("The slot is free; the next start may open a new position.");
        } else if (done && !damage.ofRecord()) {
            terminal.say("Only its claim was damaged. The signal stays; the next start goes on with it.");
        } else {
            terminal.say("It holds a signal that can be read, and stays; the next start goes on with it.");
        }
    }

    private void replace(SignalStore opened, Damage damage, Signal signal) {
        SignalKey key = signal.key();
        boolean done;
        try {
            done = told(opened.setAside(key, signal));
        } catch (ClaimLostException e) {
            throw e;
        } catch (SignalStoreException e) {
            throw CommandFailure.runFailed(e.getMessage() + " " + left(opened, signal), e);
        }
        Optional<Signal> held = opened.read(key);
        if (held.equals(Optional.of(signal))) {
            SignalText.lines(signal).forEach(terminal::say);
            terminal.say("The record above stands in its place; the next start goes on with it.");
        } else if (!done) {
            throw refused(opened, key, held, "somebody else resolved it meanwhile, and ", "");
        } else if (damage.ofRecord()) {
            throw refused(opened, key, held, "somebody else was there at the same time, and now ", "");
        } else {
            throw refused(opened, key, held, "only its claim was damaged, which is settled now; ", "");
        }
    }

    /** Says where the bytes are, and returns whether there are any: not if somebody else was faster. */
    private boolean told(Optional<String> kept) {
        kept.ifPresent(where -> terminal.tell("Its bytes are kept: %s", where));
        return kept.isPresent();
    }

    private static CommandFailure refused(
            SignalStore opened, SignalKey key, Optional<Signal> held, String before, String after) {
        String found = held.map(signal -> "its record can be read, and stays: signal '" + signal.id() + "', "
                        + signal.phase().code() + "." + after + " To remove it: backtest-kit store delete")
                .orElse("no such signal is held." + after + " " + importing(key));
        return CommandFailure.runFailed(
                "Cannot resolve signal " + key + " in " + opened.describe() + ": " + before + found);
    }

    private static String importing(SignalKey key) {
        return "If a position is open, do not start trading " + key
                + " before its record is there: write {\"signal\":RECORD} on a line of a file, then backtest-kit store"
                + " import --file FILE";
    }

    /** Says what a replacement that failed has left. */
    private static String left(SignalStore opened, Signal signal) {
        try {
            Optional<Signal> held = opened.read(signal.key());
            if (held.isEmpty()) {
                return "The slot is free now, and the record is not in it. " + importing(signal.key());
            }
            return held.get().equals(signal)
                    ? "The record stands in its place all the same. Run this again to make sure."
                    : "The slot holds signal '" + held.get().id()
                            + "', which can be read, and stays. Run this again: it tells whether anything is damaged.";
        } catch (UnreadableSignalException e) {
            return "What is damaged is still in the slot, which takes no new entry: run this again.";
        } catch (SignalStoreException e) {
            return "Whether it was replaced is not known: run this again, and it will tell.";
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
