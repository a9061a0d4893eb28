package io.backtestkit.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.util.List;

/**
 * What came of live trading that was killed again and again.
 *
 * @param key what was traded
 * @param seed what the moments were drawn from
 * @param kills each of them
 * @param trades the trades it left, beside those of an uninterrupted backtest
 */
record KilledRun(SignalKey key, long seed, List<KilledReplay.Kill> kills, TradeComparison trades) {

    /** Returns how often a position was open. */
    long open() {
        return kills.stream()
                .filter(kill -> kill.stored().flatMap(Signal::openTimestamp).isPresent())
                .count();
    }

    /** Returns how often exactly what was stored was restored. */
    long faithful() {
        return kills.stream().filter(KilledReplay.Kill::isFaithful).count();
    }

    /** Says whether nothing was lost, doubled or changed. */
    boolean isGood() {
        return trades.equal() && faithful() == kills.size();
    }

    void show(Terminal terminal) {
        trades.show(terminal);
        String verdict =
                Naming.counted(kills.size(), "kill", "kills") + ", " + open() + " of them with a position open; "
                        + Naming.counted(faithful(), "time", "times")
                        + " exactly what was stored was restored. The trade lists are "
                        + (trades.equal() ? "EQUAL: no trade was lost, doubled or changed." : "DIFFERENT.");
        terminal.tell("%s", verdict);
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("strategy", key.strategy());
        json.writeStringField("symbol", key.symbol());
        json.writeNumberField("seed", seed);
        json.writeNumberField("kills", kills.size());
        json.writeNumberField("open", open());
        json.writeNumberField("faithful", faithful());
        json.writeBooleanField("equal", trades.equal());
        json.writeNumberField("ended", trades.survived().size());
        json.writeStringField("fingerprint", trades.fingerprint());
        json.writeStringField("fingerprintOfBacktest", trades.fingerprintOfBacktest());
        json.writeEndObject();
    }
}
