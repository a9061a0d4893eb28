package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.store.SignalStore;
import java.util.List;
import java.util.Optional;
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
    private StoreOption store = new StoreOption();

    @Mixin
    private KeyFilter filter = new KeyFilter();

    @Mixin
    private JsonOption json = new JsonOption();

    StoreListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Optional<OutputFile> output = json.check();
        try (SignalStore opened = store.openReadOnly()) {
            List<StoredSignals.Found> all = StoredSignals.read(opened, filter.of(opened.keys()));
            if (!json.replacesText()) {
                show(opened.describe(), all);
            }
            json.write(terminal, output, out -> StoredSignals.write(out, all));
        }
        return 0;
    }

    private void show(String where, List<StoredSignals.Found> all) {
        if (all.isEmpty()) {
            terminal.say("No signal is held in %s%s.", where, filter.namesAny() ? " for " + filter : "");
            return;
        }
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
