package io.backtestkit.examples;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.Candles;
import io.backtestkit.strategy.Parameters;
import java.io.IOException;
import java.nio.file.Path;

/** Runs a strategy over a file of candles and prints what came of it. Argument: the file. */
public final class BacktestMain {

    private BacktestMain() {}

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        // tag::backtest[]
        Candles candles = CandleCsv.read(Path.of(args[0]));
        try (BacktestKit kit = BacktestKit.create()) {
            BacktestResult result = kit.backtest()
                    .strategy("breakout", new Breakout(Parameters.none()))
                    .symbol("BTCUSD")
                    .candles(candles)
                    .run();
            System.out.println(result.signals().size() + " signals closed, " + result.statistics());
            System.out.println("fingerprint " + result.fingerprint());
        }
        // end::backtest[]
    }
}
