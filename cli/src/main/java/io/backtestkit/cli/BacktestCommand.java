package io.backtestkit.cli;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit backtest}: runs a strategy over a file of candles. */
@Command(
        name = "backtest",
        description = "Run a strategy over recorded one-minute candles and show what it would have made.",
        footer = {
            "",
            "Examples:",
            "  backtest-kit backtest --strategy sma-cross --symbol BTCUSD --candles btc.csv",
            "  backtest-kit backtest --strategy Mine.java --param take=3 --symbol BTCUSD \\",
            "      --candles btc.csv.gz --json result.json"
        })
final class BacktestCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StrategyOptions strategy = new StrategyOptions();

    @Option(
            names = "--candles",
            required = true,
            paramLabel = "FILE.csv",
            description = "Candles with the header timestamp,open,high,low,close,volume; .gz too.")
    private Path candles = Path.of("");

    @Mixin
    private CandleInput input = new CandleInput();

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result for programs.")
    private @Nullable Path json;

    BacktestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        boolean toOutput = json != null && OutputFile.isStandardOutput(json);
        Optional<OutputFile> output =
                Optional.ofNullable(json).filter(name -> !toOutput).map(name -> OutputFile.check("--json", name));
        Terminal text = toOutput ? terminal.beside() : terminal;
        LoadedStrategy loaded = strategy.load();
        Candles minutes = input.read(text, candles);
        Problems problems = new Problems();
        BacktestResult result = run(text, loaded, strategy.symbol(), minutes, problems);
        problems.tell(terminal, result.key());
        text.blank();
        ResultText.lines(result).forEach(text::say);
        SignalJson.Content content = out -> ResultJson.write(out, result, problems.count());
        if (toOutput) {
            terminal.sayJson(SignalJson.text(content));
        }
        output.ifPresent(file -> {
            file.write(SignalJson.text(content) + "\n");
            terminal.say("Result for programs: " + json);
        });
        return 0;
    }

    /** Runs with progress. */
    static BacktestResult run(
            Terminal terminal, LoadedStrategy strategy, String symbol, Candles minutes, Problems problems) {
        return run(terminal, strategy, symbol, minutes, problems, Optional.empty());
    }

    /** Runs it, and tells a listener, if there is one, of each tick: that costs an event each. */
    static BacktestResult run(
            Terminal terminal,
            LoadedStrategy strategy,
            String symbol,
            Candles minutes,
            Problems problems,
            Optional<Consumer<Event.Tick>> listener) {
        Progress progress = new Progress(terminal, "Backtest");
        long began = System.nanoTime();
        BacktestResult result = progress.during(() -> {
            try (BacktestKit kit = BacktestKit.create()) {
                kit.events().on(Event.Failed.class, problems::note);
                listener.ifPresent(told -> kit.events().on(Event.Tick.class, told));
                return kit.backtest()
                        .strategy(strategy.name(), problems.watching(strategy.strategy()))
                        .symbol(symbol)
                        .candles(minutes)
                        .progress(done -> progress.at(done, minutes.size()))
                        .run();
            }
        });
        progress.done(String.format(
                Locale.ROOT,
                "Backtest: %,d of %,d candles, 100 %%, in %.2f s.",
                minutes.size(),
                minutes.size(),
                (System.nanoTime() - began) / 1e9));
        return result;
    }
}
