package io.backtestkit.cli;

import io.backtestkit.engine.BacktestResult;
import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What live trading would have logged over the candles of a backtest. */
final class LiveTrades {

    private LiveTrades() {}

    /** Returns what ended by itself, in order: what the end of the candles ended, live trading leaves in the store. */
    static List<EndedSignal> of(BacktestResult backtest) {
        List<EndedSignal> all = new ArrayList<>();
        for (ClosedSignal closed : backtest.signals()) {
            if (closed.reason() != CloseReason.FRAME_END) {
                all.add(closed);
            }
        }
        for (CancelledSignal cancelled : backtest.cancelled()) {
            if (cancelled.reason() != CancelReason.FRAME_END) {
                all.add(cancelled);
            }
        }
        all.sort(Comparator.comparing(EndedSignal::endedAt));
        return all;
    }

    /** Says whether something was still held when the candles ended. */
    static boolean lack(BacktestResult backtest) {
        return of(backtest).size()
                < backtest.signals().size() + backtest.cancelled().size();
    }
}
