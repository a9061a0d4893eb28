package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
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
            opened.delete(key);
            terminal.say("Deleted %s from %s.", key, opened.describe());
        }
        return 0;
    }
}
