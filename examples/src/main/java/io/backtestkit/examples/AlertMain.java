package io.backtestkit.examples;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.ReplayFeed;
import io.backtestkit.event.Event;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.strategy.Parameters;
import java.io.IOException;
import java.nio.file.Path;

/** Alerts somebody when the store fails. Arguments: the file of candles, the location of the store, the speed of the replay. */
public final class AlertMain {

    private AlertMain() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Candles candles = CandleCsv.read(Path.of(args[0]));
        try (BacktestKit kit = BacktestKit.builder().store(args[1]).build()) {
            kit.events().on(Event.Opened.class, opened -> System.out.println("opened " + opened.held()));
            // tag::alert[]
            kit.events().on(Event.Failed.class, failed -> {
                if (failed.cause() instanceof SignalStoreException) {
                    alert(failed.message());
                }
            });
            kit.events().on(Event.Stopped.class, stopped -> alert("Trading of " + stopped.key() + " has stopped."));
            kit.events().on(Event.Recovered.class, again -> alert("It works again to " + again.activity() + "."));
            kit.events().on(Event.ClaimLost.class, lost -> alert(lost.message()));
            kit.events().on(Event.Warned.class, warned -> alert(warned.message()));
            // end::alert[]
            kit.live()
                    .strategy("breakout", new Breakout(Parameters.none()))
                    .symbol("BTCUSD")
                    .feed(ReplayFeed.of(candles).speed(Double.parseDouble(args[2])))
                    .start()
                    .awaitEnd();
        }
    }

    /** Tells a person; here, whoever reads the terminal. */
    private static void alert(String message) {
        System.out.println("ALERT " + message);
    }
}
