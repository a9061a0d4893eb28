package io.backtestkit.examples;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.Command;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.event.Event;
import io.backtestkit.signal.Phase;
import io.backtestkit.strategy.Parameters;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.Charset;
import java.time.Duration;

/**
 * Trades the market of an exchange on paper; whoever types {@code close} leaves what is held. Arguments: the exchange's address,
 * the symbol, the folder of the signals.
 */
public final class LiveMarketMain {

    private LiveMarketMain() {}

    // tag::market[]
    /** Runs it until it is stopped. */
    public static void main(String[] args) throws InterruptedException {
        KlineFeed feed = new KlineFeed(URI.create(args[0]), args[1], 500, Duration.ofSeconds(1));
        trade(feed, args[1], args[2], new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())));
    }

    static void trade(KlineFeed feed, String symbol, String folder, BufferedReader person) throws InterruptedException {
        try (BacktestKit kit = BacktestKit.builder().store("file:" + folder).build()) {
            kit.events().on(Event.Opened.class, e -> System.out.println("opened   " + e.held()));
            kit.events()
                    .on(
                            Event.Closed.class,
                            e -> System.out.println("closed   " + e.ended().reasonCode()));
            kit.events().on(Event.Failed.class, e -> System.err.println(e.message()));
            LiveSession session = kit.live()
                    .strategy("breakout", new Breakout(Parameters.none()))
                    .symbol(symbol)
                    .feed(feed)
                    .start();
            Thread listening = new Thread(() -> person.lines().forEach(line -> obey(line, session)));
            listening.setDaemon(true);
            listening.start();
            session.awaitEnd();
        }
    }
    // end::market[]

    // tag::close[]
    /** Leaves what is held: at the price of the next tick, or before it has opened. */
    private static void obey(String line, LiveSession session) {
        if (line.equals("close")) {
            session.held()
                    .<Command>map(held -> held.phase() == Phase.SCHEDULED
                            ? new Command.Cancel(held.id())
                            : new Command.Close(held.id()))
                    .ifPresent(session::submit);
        }
    }
    // end::close[]
}
