package io.backtestkit.cli;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.engine.ReplayFeed;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code backtest-kit live}: trades against recorded candles as if they closed now, with a store that survives. */
@Command(
        name = "live",
        description = {
            "Trade live against recorded candles, on a virtual clock, with a store that survives a crash."
                    + " What the store holds is restored before the first decision.",
            "",
            "Ctrl-C and SIGTERM stop after the running tick (exit code 130 or 143); an open position stays in the"
                    + " store for the next start.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  backtest-kit live --strategy dip-buyer --symbol BTCUSD --replay btc.csv",
            "  backtest-kit live --strategy Mine.java --symbol BTCUSD --replay btc.csv \\",
            "      --from 2013-11-26T10:00:00Z --speed 600 --json-events events.jsonl"
        })
final class LiveCommand implements Callable<Integer> {

    private static final long STOP_SECONDS = 40;

    private final Terminal terminal;
    private final OrderlyEnd end;
    private Terminal text;

    @Mixin
    private StrategyOptions strategy = new StrategyOptions();

    @Option(
            names = "--replay",
            required = true,
            paramLabel = "FILE.csv",
            description =
                    "The candles to trade against, as for backtest. This version has no connection to an exchange.")
    private Path replay = Path.of("");

    @Mixin
    private CandleInput input = new CandleInput();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "The first tick, in epoch milliseconds or like 2013-11-26T10:00:00Z (UTC)."
                    + " Earlier candles are history. Default: the first candle.")
    private @Nullable String from;

    @Option(
            names = "--speed",
            paramLabel = "N|max",
            defaultValue = "max",
            description = "How many times as fast as real time; 60 is one candle a second. Default: max.")
    private String speed = "max";

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(
            names = "--json-events",
            paramLabel = "FILE",
            description = "Append each event to this file as a line of JSON.")
    private @Nullable Path jsonEvents;

    @Option(names = "--stop-after-close", description = "Stop once a position has been closed.")
    private boolean stopAfterClose;

    @Option(
            names = "--standby",
            description = "If another process trades this strategy and symbol, wait and take over when it ends.")
    private boolean standby;

    @Option(
            names = "--lease",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For how long the slot is claimed; renewed three times as often, and free for a standby that"
                    + " long after this process stood still. Default: 30.")
    private double lease = 30;

    LiveCommand(Terminal terminal, OrderlyEnd end) {
        this.terminal = terminal;
        this.text = terminal;
        this.end = end;
    }

    @Override
    public Integer call() throws InterruptedException {
        text = jsonEvents != null && OutputFile.isStandardOutput(jsonEvents) ? terminal.beside() : terminal;
        LoadedStrategy loaded = strategy.load();
        store.requireKnownScheme();
        long first = from == null ? Long.MIN_VALUE : Times.parse("--from", from);
        double times = speed();
        Duration claimed = lease();
        Candles candles = input.read(text, replay);
        requireCandlesFrom(first, candles);
        ReplayFeed feed = feed(candles, first, times);
        try (EventSink events = jsonEvents == null ? null : EventSink.open(jsonEvents, terminal)) {
            trade(loaded, feed, events, claimed);
        }
        return 0;
    }

    private double speed() {
        if (speed.equals("max")) {
            return Double.POSITIVE_INFINITY;
        }
        try {
            double times = Double.parseDouble(speed);
            if (times > 0 && times < Double.POSITIVE_INFINITY) {
                return times;
            }
        } catch (NumberFormatException e) {
            // told below, as every other wrong speed
        }
        throw CommandFailure.wrongUse("Cannot play at --speed '" + speed
                + "': it is not a number above 0. Write for example 60 for one candle a second, or max.");
    }

    /** Having traded all of them is fine: the tick after the last one is where the next start would go on. */
    private void requireCandlesFrom(long first, Candles candles) {
        if (first > tickAfter(candles.end())) {
            throw CommandFailure.wrongUse("Cannot begin at --from '" + from + "': the last candle closes at "
                    + Times.minute(candles.end()) + " UTC, before that. Name a file with later candles.");
        }
        if (first == tickAfter(candles.end())) {
            text.say("Every candle was traded before: nothing is left to do.");
        }
    }

    private Duration lease() {
        if (!(lease >= 0.1 && lease <= Claims.LONGEST_LEASE.toSeconds())) {
            throw CommandFailure.wrongUse("Cannot claim the slot for --lease " + lease
                    + " seconds: use a number from 0.1 to " + Claims.LONGEST_LEASE.toSeconds() + ".");
        }
        return Duration.ofMillis(Math.round(lease * 1000));
    }

    private static ReplayFeed feed(Candles candles, long first, double times) {
        try {
            ReplayFeed feed = ReplayFeed.of(candles);
            if (first != Long.MIN_VALUE) {
                feed = feed.from(first);
            }
            return times == Double.POSITIVE_INFINITY ? feed : feed.speed(times);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }

    private void trade(LoadedStrategy loaded, ReplayFeed feed, @Nullable EventSink events, Duration claimed)
            throws InterruptedException {
        LiveWatch watch = new LiveWatch(text, events);
        end.onSignal(
                watch::stop,
                STOP_SECONDS,
                "Cannot stop live trading within " + STOP_SECONDS
                        + " s: the running tick did not end. A position is in the store.");
        try (SignalStore opened = store.openOrMake()) {
            SignalKey key = run(loaded, feed, watch, opened, claimed);
            watch.failure().ifPresent(failure -> {
                throw CommandFailure.runFailed(failure);
            });
            text.say("Stopped: %s.", watch.summary());
            watch.problems().tell(terminal, key);
            showLog(opened, key);
        }
    }

    private SignalKey run(LoadedStrategy loaded, ReplayFeed feed, LiveWatch watch, SignalStore opened, Duration claimed)
            throws InterruptedException {
        try (BacktestKit kit =
                BacktestKit.builder().store(opened).claimLease(claimed).build()) {
            kit.events().on(Event.class, watch::accept);
            LiveSession session = kit.live()
                    .strategy(loaded.name(), watch.problems().watching(loaded.strategy()))
                    .symbol(strategy.symbol())
                    .feed(feed)
                    .stopAfterClose(stopAfterClose)
                    .standby(standby)
                    .start();
            text.tell("Live: %s, store %s. Times are UTC.", session.key(), opened.describe());
            watch.began(session);
            session.awaitEnd();
            return session.key();
        }
    }

    /** Shows what the log has by now, earlier sessions included, so that it can be compared with a backtest. */
    private void showLog(SignalStore opened, SignalKey key) {
        opened.tradeLog().map(log -> log.trades(key)).ifPresent(trades -> {
            text.say("Trade log: %d ended. Fingerprint of the trade list:", trades.size());
            text.say("  " + Fingerprint.of(trades));
        });
    }

    /** Returns the first tick that a session after {@code lastTick} must begin with. */
    static long tickAfter(long lastTick) {
        return lastTick + Interval.MINUTE_MILLIS;
    }
}
