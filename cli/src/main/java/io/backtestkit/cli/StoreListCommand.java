package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code backtest-kit store list}: one line for each signal held. */
@Command(
        name = "list",
        description = "List the signals a store holds, the damaged ones too.",
        footer = {"", "Example:", "  backtest-kit store list --store file:./data"})
final class StoreListCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreView view = new StoreView();

    @Mixin
    private KeyFilter filter = new KeyFilter();

    StoreListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        StoredSignals.All all =
                view.show(terminal, opened -> StoredSignals.All.of(opened, filter), this::show, StoredSignals::write);
        Listing.requireAllTold(all.store(), all.keyless());
        return 0;
    }

    private void show(String where, StoredSignals.All all) {
        if (all.isEmpty()) {
            terminal.say("No signal is held in %s%s.", where, filter.namesAny() ? " for " + filter : "");
        }
        if (!all.found().isEmpty()) {
            show(all.found());
        }
    }

    private void show(List<StoredSignals.Found> all) {
        TextTable table = new TextTable("signal", "phase", "side", ">entry", ">take", ">stop", "since (UTC)");
        for (StoredSignals.Found each : all) {
            Signal signal = each.signal();
            if (signal == null) {
                table.row(each.key().toString(), "damaged", "?", "?", "?", "?", "?");
            } else {
                table.row(
                        each.key().toString(),
                        signal.phase().code(),
                        signal.position().code(),
                        TradeTable.price(signal.priceOpen()),
                        TradeTable.price(signal.effectiveTakeProfit()),
                        TradeTable.price(signal.effectiveStopLoss()),
                        Times.minute(signal.openTimestamp().orElse(signal.createdAt())));
            }
        }
        table.lines().forEach(terminal::say);
        for (StoredSignals.Found each : all) {
            if (each.damage() != null) {
                terminal.blank();
                Wrapping.lines(String.valueOf(each.damage().getMessage()), 0).forEach(terminal::say);
            }
        }
    }
}
