package io.backtestkit.cli;

import io.backtestkit.engine.BacktestResult;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit demo}: a backtest, then the same trading live, killed again and again. */
@Command(
        name = "demo",
        description = {
            "Trade a week of real Bitcoin minutes: first as a backtest, then live in a process that is killed with"
                    + " SIGKILL while a position is open, and compare the two.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  backtest-kit demo",
            "  backtest-kit demo --kills 20 --seed 7 --keep ./demo",
            "  backtest-kit demo --store 'redis://localhost/0?passwordEnv=REDIS_PASSWORD'"
        })
final class DemoCommand implements Callable<Integer> {

    private static final String STRATEGY = "dip-buyer";
    private static final SignalKey KEY = new SignalKey(STRATEGY, DemoData.SYMBOL);
    /** About a third of a millisecond a candle: the kill lands where it was aimed at, give or take some minutes. */
    private static final String SPEED = "200000";

    private final Terminal terminal;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often to kill, 1 to 100. Default: 5.")
    private int kills = 5;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Draw the moments from this number; the same gives the same. Default: another each time.")
    private @Nullable Long seed;

    @Option(
            names = "--store",
            paramLabel = "URI",
            description =
                    "Where to store the signals of the live part, under a name of their own; they are removed at the"
                            + " end. Default: a folder of its own, whatever " + StoreChoice.VARIABLE + " or "
                            + StoreChoice.FILE + " says.")
    private @Nullable String store;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Leave candles, events and store in this new folder. Default: removed at the end.")
    private @Nullable Path keep;

    @Mixin
    private JsonOption json = new JsonOption();

    private Terminal text;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
        this.text = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (kills < 1 || kills > 100) {
            throw CommandFailure.wrongUse("Cannot run the demo with --kills " + kills + ": it must be 1 to 100.");
        }
        Optional<OutputFile> output = json.check();
        text = json.textOf(terminal);
        long drawnFrom = seed == null ? new Random().nextInt(1_000_000) : seed;
        try (TrialFolder folder = TrialFolder.open(keep)) {
            if (store == null) {
                TrialFolder.leftAlone("the demo", System.getenv(), Path.of("")).ifPresent(terminal::warn);
                end(run(folder.path(), KEY, "file:" + folder.path().resolve("store"), drawnFrom), output);
                return 0;
            }
            SignalKey key = new SignalKey(STRATEGY, DemoData.SYMBOL + "-DEMO-" + drawnFrom);
            try (TrialStore own = TrialStore.open(store, key)) {
                text.tell("Store: %s", own.shown());
                text.tell("The demo trades there as %s; its signals and trades are removed at the end.", key);
                end(run(folder.path(), key, store, drawnFrom), output);
            }
            return 0;
        }
    }

    private KilledRun run(Path folder, SignalKey key, String location, long drawnFrom) throws InterruptedException {
        Path data = DemoData.copyTo(folder);
        BacktestResult backtest = backtest(data, key);
        List<String> strategy = List.of("--strategy", STRATEGY);
        return live(new KilledReplay.Plan(data, key, strategy, location, folder, SPEED), drawnFrom, backtest);
    }

    private BacktestResult backtest(Path data, SignalKey key) {
        step("1. Backtest: strategy " + STRATEGY + " over a week of BTC/USD minutes (Bitstamp, 2013).");
        Candles candles = new CandleInput().read(text, data);
        LoadedStrategy strategy = new StrategyLoader(Map.of()).load(STRATEGY);
        BacktestResult result = BacktestCommand.run(text, strategy, key.symbol(), candles, new Problems());
        text.blank();
        ResultText.lines(result).forEach(text::say);
        return result;
    }

    private KilledRun live(KilledReplay.Plan plan, long drawnFrom, BacktestResult backtest)
            throws InterruptedException {
        step("2. Live: the same minutes in a process of their own, killed with SIGKILL "
                + Naming.counted(kills, "time", "times") + " while a position is open (moments drawn from --seed "
                + drawnFrom + ").");
        List<KilledReplay.Moment> moments = KillMoments.whileOpen(backtest.signals(), kills, new Random(drawnFrom));
        KilledReplay replay = new KilledReplay(plan, new Narrator());
        List<KilledReplay.Kill> done = replay.run(moments);
        return new KilledRun(plan.key(), drawnFrom, done, new TradeComparison(backtest, replay.trades()));
    }

    private void end(KilledRun run, Optional<OutputFile> output) {
        step("3. Comparison: the trade log of the killed run against the uninterrupted backtest.");
        run.show(text);
        json.write(terminal, output, run::write);
        if (!run.isGood() || run.open() == 0) {
            throw CommandFailure.runFailed("Cannot confirm the demo: the killed run did not match, see above."
                    + " Run it again with --keep DIR and report what is in that folder.");
        }
        text.blank();
        text.say("Next: backtest-kit backtest --help");
    }

    private void step(String heading) {
        text.blank();
        Wrapping.lines(heading, 0).forEach(text::say);
        text.blank();
    }

    /** Tells of each kill in three lines. */
    private final class Narrator implements KilledReplay.Listener {

        @Override
        public void killed(int number, EventLine last, Optional<Signal> stored) {
            text.say("Kill %d, at %s UTC, last event: %s", number, Times.minute(last.at()), last.event());
            text.say("  stored    " + describe(stored.map(KilledReplay::json).orElse(null)));
        }

        @Override
        public void restarted(int number, KilledReplay.Kill kill) {
            text.say("  restored  " + describe(kill.restored()));
            text.say("            " + (kill.isFaithful() ? "the same to the last digit" : "NOT what was stored"));
        }

        private static String describe(@Nullable String signal) {
            if (signal == null) {
                return "nothing";
            }
            Map<String, String> fields = EventLine.fields(signal);
            String opened = fields.getOrDefault("openedAt", "");
            // month, day and minute are enough, and leave room for all digits of the prices
            String since = opened.isEmpty()
                    ? "waiting"
                    : Times.minute(Long.parseLong(opened)).substring("2013-".length());
            return String.join(
                    " ",
                    fields.get("position"),
                    fields.get("priceOpen"),
                    "take",
                    fields.get("priceTakeProfit"),
                    "stop",
                    fields.get("priceStopLoss"),
                    since);
        }
    }
}
