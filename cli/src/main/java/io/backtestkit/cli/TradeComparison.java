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

    /** Returns the fingerprint of what the killed run left. */
    String fingerprint() {
        return Fingerprint.of(survived);
    }

    /** Returns the fingerprint of the uninterrupted one, as live trading would show it. */
    String fingerprintOfBacktest() {
        return Fingerprint.of(LiveTrades.of(backtest));
    }

    boolean equal() {
        return fingerprint().equals(fingerprintOfBacktest());
    }

    /** Shows both fingerprints. */
    void show(Terminal terminal) {
        terminal.say(
                "Uninterrupted backtest, %d ended signals, fingerprint",
                LiveTrades.of(backtest).size());
        terminal.say("  " + fingerprintOfBacktest());
        terminal.say("Trade log of the killed run, %d ended signals, fingerprint", survived.size());
        terminal.say("  " + fingerprint());
        if (LiveTrades.lack(backtest)) {
            Wrapping.lines(
                            "(Without the signal still held when the data ends: the backtest ends it there, live leaves it"
                                    + " in the store.)",
                            0)
                    .forEach(terminal::say);
        }
        terminal.blank();
    }
}
