package io.backtestkit.engine;

import io.backtestkit.profit.Costs;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.statistics.Statistics;
import java.util.List;

/**
 * What a backtest found. The same data, code and settings give the same result on any machine.
 *
 * @param key which strategy on which symbol
 * @param candles how many one-minute candles it ran over
 * @param from open time of the first one, UTC epoch milliseconds
 * @param to close time of the last one, UTC epoch milliseconds
 * @param fingerprint of everything that ended, closed and cancelled, in the order it ended; see {@link Fingerprint}
 * @param signals every closed signal, in the order they closed
 * @param cancelled every cancelled one, in the order they were cancelled
 * @param statistics of the closed signals
 * @param costs the slippage and fee reckoned with
 */
public record BacktestResult(
        SignalKey key,
        int candles,
        long from,
        long to,
        String fingerprint,
        List<ClosedSignal> signals,
        List<CancelledSignal> cancelled,
        Statistics statistics,
        Costs costs) {}
