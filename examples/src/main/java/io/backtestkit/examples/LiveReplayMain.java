package io.backtestkit.examples;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.engine.ReplayFeed;
import io.backtestkit.event.Event;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.strategy.Parameters;
import java.io.IOException;
import java.nio.file.Path;

/** Trades live on recorded candles, keeping its signals in a folder. Arguments: the file of candles, the folder. */
public final class LiveReplayMain {

    private LiveReplayMain() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        // tag::live[]
        Candles candles = CandleCsv.read(Path.of(args[0]));
        try (BacktestKit kit = BacktestKit.builder().store("file:" + args[1]).build()) {
            kit.events().on(Event.Restored.class, e -> System.out.println("restored " + e.held()));
            kit.events().on(Event.Opened.class, e -> System.out.println("opened   " + e.held()));
            kit.events()
                    .on(
                            Event.Closed.class,
                            e -> System.out.println("closed   " + e.ended().reasonCode()));
            kit.events().on(Event.Failed.class, e -> System.err.println(e.message()));

            LiveSession session = kit.live()
                    .strategy("breakout", new Breakout(Parameters.none()))
                    .symbol("BTCUSD")
                    .feed(ReplayFeed.of(candles))
                    .start();
            session.awaitEnd();
        }
        // end::live[]
    }
}
