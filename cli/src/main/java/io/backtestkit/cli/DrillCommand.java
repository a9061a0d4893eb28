package io.backtestkit.cli;

import io.backtestkit.engine.BacktestResult;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit drill}: kills live trading after every event, with the user's own strategy, candles and store. */
@Command(
        name = "drill",
        description = {
            "Show that your own strategy survives on your own store: trade your candles live in a process that is"
                    + " killed with SIGKILL at every event (scheduled, opened, closed, cancelled) or some candles after it,"
                    + " restart it each time, and compare the trades with those of an uninterrupted backtest.",
            "",
            "It trades as SYM-DRILL-N, which nothing may have used before, and removes that name at the end.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  backtest-kit drill --strategy dip-buyer --symbol BTCUSD --candles btc.csv",
            "  backtest-kit drill --strategy Mine.java --symbol BTCUSD --candles btc.csv \\",
            "      --store postgresql://trader@localhost/trading --kills 50"
        })
final class DrillCommand implements Callable<Integer> {

    /** About a third of a millisecond a candle: the kill lands at its event, or some candles after it. */
    private static final String SPEED = "200000";

    private static final int MOST_KILLS = 10_000;

    private final Terminal terminal;

    @Mixin
    private StrategyOptions strategy = new StrategyOptions();

    @Option(
            names = "--candles",
            required = true,
            paramLabel = "FILE.csv",
            description = "One-minute candles, as for backtest.")
    private Path candles = Path.of("");

    @Mixin
    private CandleInput input = new CandleInput();

    @Option(
            names = "--store",
            paramLabel = "URI",
            description = "The store to drill. Default: a folder of its own, whatever " + StoreChoice.VARIABLE + " or "
                    + StoreChoice.FILE + " says.")
    private @Nullable String store;

    @Option(
            names = "--kills",
            paramLabel = "N",
            description = "Kill at most that often, after events drawn from --seed. Default: after every event.")
    private @Nullable Integer kills;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Draw from this number, and trade as SYM-DRILL-N. Default: another each time.")
    private @Nullable Long seed;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Leave events and store in this new folder. Default: removed at the end.")
    private @Nullable Path keep;

    @Mixin
    private JsonOption json = new JsonOption();

    DrillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (kills != null && (kills < 1 || kills > MOST_KILLS)) {
            throw CommandFailure.wrongUse(
                    "Cannot drill with --kills " + kills + ": it must be 1 to " + MOST_KILLS + ".");
        }
        Optional<OutputFile> output = json.check();
        Terminal text = json.textOf(terminal);
        long drawnFrom = seed == null ? new Random().nextInt(1_000_000) : seed;
        LoadedStrategy loaded = strategy.load();
        SignalKey key = StrategyOptions.key(loaded.name(), strategy.symbol() + "-DRILL-" + drawnFrom);
        try (TrialFolder folder = TrialFolder.open(keep)) {
            if (store == null) {
                TrialFolder.leftAlone("the drill", System.getenv(), Path.of("")).ifPresent(terminal::warn);
            }
            String location = store == null ? "file:" + folder.path().resolve("store") : store;
            try (TrialStore own = TrialStore.open(location, key)) {
                text.tell("Store: %s", own.shown());
                text.tell("The drill trades there as %s; its signals and trades are removed at the end.", key);
                List<String> arguments = new ArrayList<>(strategy.arguments());
                arguments.addAll(input.arguments());
                KilledRun run = drill(
                        text,
                        loaded,
                        new KilledReplay.Plan(candles, key, arguments, location, folder.path(), SPEED),
                        drawnFrom);
                run.show(text);
                json.write(terminal, output, run::write);
                requireGood(run);
            }
        }
        return 0;
    }

    private KilledRun drill(Terminal text, LoadedStrategy loaded, KilledReplay.Plan plan, long drawnFrom)
            throws InterruptedException {
        Candles minutes = input.read(text, candles);
        Events events = new Events();
        BacktestResult backtest =
                BacktestCommand.run(text, loaded, plan.key().symbol(), minutes, new Problems(), Optional.of(events));
        List<KilledReplay.Moment> moments = drawn(events.moments(), new Random(drawnFrom));
        text.say(
                "Killing at %d of %s (--seed %d); each takes about a second.",
                moments.size(), Naming.counted(events.moments().size(), "event", "events"), drawnFrom);
        Progress progress = new Progress(text, "Killing");
        KilledReplay replay = new KilledReplay(plan, new KilledReplay.Listener() {
            @Override
            public void killed(int number, EventLine last, Optional<Signal> stored) {
                progress.at(number, moments.size());
            }
        });
        List<KilledReplay.Kill> done = replay.run(moments);
        progress.done("Killed " + Naming.counted(done.size(), "time", "times") + ", the candles are at their end.");
        text.blank();
        return new KilledRun(plan.key(), drawnFrom, done, new TradeComparison(backtest, replay.trades()));
    }

    private static void requireGood(KilledRun run) {
        if (!run.isGood()) {
            throw CommandFailure.runFailed(
                    "Cannot confirm the drill: the killed run did not match, see above. A strategy"
                            + " that keeps a state of its own, or asks a clock or chance, cannot: it should use its memo."
                            + " Otherwise run it again with --keep DIR --seed " + run.seed()
                            + " and report that folder.");
        }
    }

    private List<KilledReplay.Moment> drawn(List<KilledReplay.Moment> all, Random random) {
        List<KilledReplay.Moment> left = new ArrayList<>(all);
        while (kills != null && left.size() > kills) {
            left.remove(random.nextInt(left.size()));
        }
        return left;
    }

    /** Collects when something happened that changes a slot. */
    private static final class Events implements Consumer<Event.Tick> {

        private final List<KilledReplay.Moment> moments = new ArrayList<>();

        @Override
        public void accept(Event.Tick event) {
            if (event instanceof Event.Scheduled
                    || event instanceof Event.Opened
                    || event instanceof Event.Closed
                    || event instanceof Event.Cancelled) {
                moments.add(new KilledReplay.Moment(event.at().toEpochMilli(), false));
            }
        }

        List<KilledReplay.Moment> moments() {
            return moments;
        }
    }
}
