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
        StoredSignals.All all = view.show(terminal, this::read, this::show, StoredSignals::write);
        if (isOneDamaged(all)) {
            throw all.found().get(0).damage();
        }
        Listing.requireAllTold(all.store(), all.keyless());
        return 0;
    }

    /** Then the damage is the whole answer. */
    private static boolean isOneDamaged(StoredSignals.All all) {
        return all.keyless().isEmpty()
                && all.found().size() == 1
                && all.found().get(0).damage() != null;
    }

    private StoredSignals.All read(SignalStore opened) {
        StoredSignals.All all = StoredSignals.All.of(opened, filter);
        if (all.isEmpty() && filter.namesAny()) {
            throw CommandFailure.runFailed("Cannot show " + filter + " in " + opened.describe()
                    + ": no such signal is held. " + whatIsHeld(opened));
        }
        return all;
    }

    private static String whatIsHeld(SignalStore opened) {
        try {
            List<String> held =
                    opened.keys().stream().sorted().map(SignalKey::toString).toList();
            return held.isEmpty() ? "It holds none." : "Held: " + String.join(", ", held) + ".";
        } catch (UnsupportedOperationException e) {
            return "What is held, this store does not list.";
        }
    }

    private void show(String where, StoredSignals.All all) {
        if (all.isEmpty()) {
            terminal.say("No signal is held in %s.", where);
        }
        for (StoredSignals.Found each : all.found()) {
            if (each.signal() != null) {
                SignalText.lines(each.signal()).forEach(terminal::say);
            } else if (each.damage() != null && !isOneDamaged(all)) {
                terminal.say(each.key() + ", damaged");
                Wrapping.lines(String.valueOf(each.damage().getMessage()), 2).forEach(terminal::say);
            }
        }
    }
}
