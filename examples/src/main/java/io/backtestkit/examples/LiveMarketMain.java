package io.backtestkit.examples;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.event.Event;
import io.backtestkit.strategy.Parameters;
import java.net.URI;
import java.time.Duration;

/** Trades on paper on an exchange's candles of today. Arguments: the exchange, the symbol, the folder for signals. */
public final class LiveMarketMain {

    private LiveMarketMain() {}

    // tag::market[]
    /** Runs it until it is stopped. */
    public static void main(String[] args) throws InterruptedException {
        trade(new KlineFeed(URI.create(args[0]), args[1], 500, Duration.ofSeconds(1)), args[1], args[2]);
    }

    static void trade(KlineFeed feed, String symbol, String folder) throws InterruptedException {
        try (BacktestKit kit = BacktestKit.builder().store("file:" + folder).build()) {
            kit.events().on(Event.Opened.class, e -> System.out.println("opened   " + e.held()));
            kit.events().on(Event.Failed.class, e -> System.err.println(e.message()));
            LiveSession session = kit.live()
                    .strategy("breakout", new Breakout(Parameters.none()))
                    .symbol(symbol)
                    .feed(feed)
                    .start();
            session.awaitEnd();
        }
    }
    // end::market[]
}
