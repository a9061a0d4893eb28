package io.backtestkit.engine;

import io.backtestkit.market.Candle;
import io.backtestkit.market.CandleException;
import io.backtestkit.market.Candles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Doubts a candle that lies a thousandfold away from the close before it: that is a wrong unit or a torn number, hardly ever the
 * market. When five such candles in a row agree with each other, they are believed, and what was before them is not any more. One
 * thread uses it.
 */
final class PriceJumps {

    private static final double TOO_FAR = 1000;
    private static final int BELIEVED = 5;

    private final List<Candle> doubted = new ArrayList<>();

    /**
     * Looks whether a candle is to be taken.
     *
     * @return the candles to begin anew with before it, if it confirms them; empty if it is like those before it
     * @throws CandleException if it is too far from the last close, and not yet confirmed by those before it
     */
    List<Candle> check(double lastClose, Candle candle) {
        Optional<CandleException> jump = between(lastClose, candle);
        if (jump.isEmpty()) {
            doubted.clear();
            return List.of();
        }
        Candle before = doubted.isEmpty() ? null : doubted.get(doubted.size() - 1);
        if (before == null || candle.timestamp() > before.timestamp()) { // one that comes twice says nothing new
            if (before != null && between(before.close(), candle).isPresent()) {
                doubted.clear();
            }
            doubted.add(candle);
        }
        if (doubted.size() < BELIEVED) {
            throw jump.get();
        }
        List<Candle> confirmed = List.copyOf(doubted.subList(0, BELIEVED - 1));
        doubted.clear();
        return confirmed;
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
