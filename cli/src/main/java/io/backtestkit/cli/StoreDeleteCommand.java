package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit store delete}: frees a slot. */
@Command(
        name = "delete",
        description = {
            "Delete a signal that is held. Nothing is sold or bought by it: if the position is real, close it at the"
                    + " exchange. Refused while a process holds the slot, that is, trades this strategy and symbol.",
            ""
        },
        footer = {
            "",
            "Example:",
            "  backtest-kit store delete --store file:./data \\",
            "      --strategy dip-buyer --symbol BTCUSD --yes"
        })
final class StoreDeleteCommand implements Callable<Integer> {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Terminal terminal;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OneKey one = new OneKey();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    StoreDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        SignalKey key = one.key();
        try (SignalStore opened = store.open(key)) {
            Optional<Signal> held = opened.read(key);
            if (held.isEmpty()) {
                throw CommandFailure.runFailed("Cannot delete signal " + key + " in " + opened.describe()
                        + ": no such signal is held. See: backtest-kit store list");
            }
            SignalText.lines(held.get()).forEach(terminal::say);
            if (!yes && !terminal.confirm("Delete this signal?")) {
                throw CommandFailure.wrongUse("Cannot delete signal " + key + " in " + opened.describe()
                        + ": it was not confirmed. Add --yes. Nothing was changed.");
            }
            delete(opened, held.get());
            terminal.say("Deleted %s from %s.", key, opened.describe());
        }
        return 0;
    }

    /** Deletes that signal and no other. Where the store offers claims, the slot cannot change between the look and the act. */
    private void delete(SignalStore store, Signal shown) {
        SignalKey key = shown.key();
        Optional<Claims> claims = store.claims();
        if (claims.isEmpty()) {
            requireStillHeld(store, shown);
            store.delete(key);
            return;
        }
        ClaimAnswer answer = claims.get().claim(key, ProcessOwner.name(), LEASE);
        if (answer instanceof ClaimAnswer.Held held) {
            throw ClaimLostException.claimed("delete signal", held.claim(), store.describe());
        }
        try {
            requireStillHeld(store, shown);
            claims.get().delete(answer.claim());
        } finally {
            giveBack(claims.get(), answer.claim());
        }
    }

    /** Whether the signal is gone, is told all the same. */
    private void giveBack(Claims claims, Claim claim) {
        try {
            claims.release(claim);
        } catch (SignalStoreException e) {
            terminal.warn(e.getMessage() + " The lease runs out by itself.");
        }
    }

    private static void requireStillHeld(SignalStore store, Signal shown) {
        Optional<Signal> now = store.read(shown.key());
        if (!now.equals(Optional.of(shown))) {
            throw CommandFailure.runFailed("Cannot delete signal " + shown.key() + " in " + store.describe() + ": "
                    + now.map(other -> other.id().equals(shown.id())
                                    ? "it was changed after it was shown"
                                    : "another is held by now, '" + other.id() + "'")
                            .orElse("it is not held any more")
                    + ". Look again: backtest-kit store show. Nothing was changed.");
        }
    }
}
