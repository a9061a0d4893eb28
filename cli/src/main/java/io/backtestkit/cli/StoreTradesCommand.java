package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code backtest-kit store trades}: the log of what ended. */
@Command(
        name = "trades",
        description = "List every signal that was closed or cancelled, in the order of the log.",
        footer = {"", "Example:", "  backtest-kit store trades --store file:./data --symbol BTCUSD"})
final class StoreTradesCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreView view = new StoreView();

    @Mixin
    private KeyFilter filter = new KeyFilter();

    StoreTradesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        view.show(terminal, this::trades, this::show, StoreTradesCommand::write);
        return 0;
    }

    private static void write(JsonGenerator json, Map<SignalKey, List<EndedSignal>> trades) throws IOException {
        json.writeStartArray();
        for (List<EndedSignal> ofKey : trades.values()) {
            for (EndedSignal each : ofKey) {
                SignalJson.writeTrade(json, each);
            }
        }
        json.writeEndArray();
    }

    private Map<SignalKey, List<EndedSignal>> trades(SignalStore opened) {
        TradeLog log = opened.tradeLog()
                .orElseThrow(() -> CommandFailure.runFailed("Cannot list the trades of " + opened.describe()
                        + ": this store keeps no log of them. Use a store that does, for example file:./data."));
        Map<SignalKey, List<EndedSignal>> trades = new LinkedHashMap<>();
        for (SignalKey key : filter.of(log.loggedKeys())) {
            trades.put(key, log.trades(key));
        }
        return trades;
    }

    private void show(String where, Map<SignalKey, List<EndedSignal>> trades) {
        if (trades.isEmpty()) {
            terminal.say("No signal has ended in %s%s.", where, filter.namesAny() ? " for " + filter : "");
        }
        List<String> lines = new ArrayList<>();
        trades.forEach((key, ofKey) -> {
            lines.add(key + ": " + ofKey.size() + " ended");
            lines.addAll(TradeTable.lines(ofKey));
            lines.add("Fingerprint of the trade list:");
            lines.add("  " + Fingerprint.of(ofKey));
        });
        lines.forEach(terminal::say);
    }
}
