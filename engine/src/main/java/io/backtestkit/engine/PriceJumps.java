package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.CandleException;
import io.backtestkit.market.Candles;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Doubts a candle that lies a thousandfold away from the close before it: that is a wrong unit or a torn number, hardly ever the
 * market. When five such candles in a row agree with each other, they are believed. One thread uses it.
 */
final class PriceJumps {

    private static final double TOO_FAR = 1000;
    private static final int BELIEVED = 5;

    private int doubts;
    private long doubtedAt;
    private double doubtedClose;

    /**
     * Looks whether a candle is to be taken.
     *
     * @throws CandleException if it is too far from the last close, and not yet confirmed by those before it
     */
    void check(double lastClose, Candle candle) {
        Optional<CandleException> jump = between(lastClose, candle);
        if (jump.isEmpty()) {
            doubts = 0;
            return;
        }
        if (doubts == 0 || candle.timestamp() > doubtedAt) { // one that comes twice says nothing new
            doubts = doubts > 0 && between(doubtedClose, candle).isEmpty() ? doubts + 1 : 1;
            doubtedAt = candle.timestamp();
            doubtedClose = candle.close();
        }
        if (doubts < BELIEVED) {
            throw jump.get();
        }
        doubts = 0;
    }

    /** Returns the candles after the last one that is too far from the close before it, which is told; all if none is. */
    static Candles afterLast(Candles candles, Consumer<CandleException> told) {
        for (int i = candles.size() - 1; i > 0; i--) {
            Optional<CandleException> jump = between(candles.close(i - 1), candles.get(i));
            if (jump.isPresent()) {
                told.accept(jump.get());
                return candles.slice(i + 1, candles.size());
            }
        }
        return candles;
    }

    private static Optional<CandleException> between(double lastClose, Candle candle) {
        boolean fell = candle.low() < lastClose / TOO_FAR;
        return fell || candle.high() > lastClose * TOO_FAR
                ? Optional.of(CandleException.jump(candle, fell, lastClose))
                : Optional.empty();
    }
}
