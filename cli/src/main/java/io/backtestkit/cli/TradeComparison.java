package io.backtestkit.cli;

import io.backtestkit.engine.BacktestResult;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.signal.EndedSignal;
import java.util.List;

/**
 * The trades of a run that was killed beside those of an uninterrupted backtest.
 *
 * @param backtest the uninterrupted one
 * @param survived what the store's log has after the killed one
 */
record TradeComparison(BacktestResult backtest, List<EndedSignal> survived) {

    /** Shows both fingerprints, and says whether they are equal. */
    boolean show(Terminal terminal) {
        List<EndedSignal> expected = LiveTrades.of(backtest);
        String uninterrupted = Fingerprint.of(expected);
        String killed = Fingerprint.of(survived);
        terminal.say("Uninterrupted backtest, %d ended signals, fingerprint", expected.size());
        terminal.say("  " + uninterrupted);
        terminal.say("Trade log of the killed run, %d ended signals, fingerprint", survived.size());
        terminal.say("  " + killed);
        if (LiveTrades.lack(backtest)) {
            Wrapping.lines(
                            "(Without the signal still held when the data ends: the backtest ends it there, live leaves it"
                                    + " in the store.)",
                            0)
                    .forEach(terminal::say);
        }
        terminal.blank();
        return uninterrupted.equals(killed);
    }
}
