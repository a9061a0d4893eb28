package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
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
        Trades trades = view.show(terminal, this::read, this::show, StoreTradesCommand::write);
        Listing.requireAllTold(trades.store(), trades.keyless());
        return 0;
    }

    /** What was found, and what may belong to it but no key tells. */
    private record Trades(String store, Map<SignalKey, List<EndedSignal>> logs, List<StoreFinding> keyless) {}

    private static void write(JsonGenerator json, Trades trades) throws IOException {
        json.writeStartArray();
        for (List<EndedSignal> ofKey : trades.logs().values()) {
            for (EndedSignal each : ofKey) {
                SignalJson.writeTrade(json, each);
            }
        }
        json.writeEndArray();
    }

    private Trades read(SignalStore opened) {
        TradeLog log = opened.tradeLog()
                .orElseThrow(() -> CommandFailure.runFailed("Cannot list the trades of " + opened.describe()
                        + ": this store keeps no log of them. Use a store that does, for example file:./data."));
        Map<SignalKey, List<EndedSignal>> logs = new LinkedHashMap<>();
        for (SignalKey key : filter.of(log::loggedKeys)) {
            List<EndedSignal> trades = log.trades(key);
            if (!trades.isEmpty()) {
                logs.put(key, trades);
            }
        }
        return new Trades(opened.describe(), logs, filter.namesOne() ? List.of() : opened.keyless());
    }

    private void show(String where, Trades trades) {
        if (trades.logs().isEmpty() && trades.keyless().isEmpty()) {
            terminal.say("No signal has ended in %s%s.", where, filter.namesAny() ? " for " + filter : "");
        }
        List<String> lines = new ArrayList<>();
        trades.logs().forEach((key, ofKey) -> {
            lines.add(key + ": " + ofKey.size() + " ended");
            lines.addAll(TradeTable.lines(ofKey));
            lines.add("Fingerprint of the trade list:");
            lines.add("  " + Fingerprint.of(ofKey));
        });
        lines.forEach(terminal::say);
    }
}
