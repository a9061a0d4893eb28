package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code backtest-kit store show}: everything about the signals held. */
@Command(
        name = "show",
        description = "Show everything a store holds about its signals, or about one.",
        footer = {
            "",
            "Example:",
            "  backtest-kit store show --store file:./data \\",
            "      --strategy dip-buyer --symbol BTCUSD"
        })
final class StoreShowCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreView view = new StoreView();

    @Mixin
    private KeyFilter filter = new KeyFilter();

    StoreShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        List<StoredSignals.Found> all = view.show(terminal, this::read, this::show, StoredSignals::write);
        if (all.size() == 1 && all.get(0).damage() != null) {
            throw all.get(0).damage();
        }
        return 0;
    }

    private List<StoredSignals.Found> read(SignalStore opened) {
        List<SignalKey> held = List.copyOf(opened.keys());
        List<StoredSignals.Found> all = StoredSignals.read(opened, filter.of(held));
        if (all.isEmpty() && filter.namesAny()) {
            throw CommandFailure.runFailed("Cannot show " + filter + " in " + opened.describe()
                    + ": no such signal is held. "
                    + (held.isEmpty() ? "It holds none." : "Held: " + names(held) + "."));
        }
        return all;
    }

    private static String names(List<SignalKey> keys) {
        return String.join(", ", keys.stream().map(SignalKey::toString).toList());
    }

    private void show(String where, List<StoredSignals.Found> all) {
        if (all.isEmpty()) {
            terminal.say("No signal is held in %s.", where);
        }
        for (StoredSignals.Found each : all) {
            if (each.signal() != null) {
                SignalText.lines(each.signal()).forEach(terminal::say);
            } else if (all.size() > 1 && each.damage() != null) {
                terminal.say(each.key() + ", damaged");
                Wrapping.lines(String.valueOf(each.damage().getMessage()), 2).forEach(terminal::say);
            }
        }
    }
}
