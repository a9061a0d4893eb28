package io.backtestkit.laboratory.session;

import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.util.Optional;

/** Proposes every third minute, from the view alone: long and short in turn, narrow levels, some at a better price. */
public final class TurnStrategy implements Strategy {

    private static final double LEVELS_PERCENT = 0.6;
    private static final int LONGEST_LIFE_MINUTES = 20;

    private final boolean resting;

    /** Sets whether every second signal rests at a better price first. */
    public TurnStrategy(boolean resting) {
        this.resting = resting;
    }

    @Override
    public Optional<Bracket> decide(MarketView market) {
        long minute = market.time() / Interval.MINUTE_MILLIS;
        if (minute % 3 != 0) {
            return Optional.empty();
        }
        long turn = minute / 3;
        boolean isLong = turn % 2 == 0;
        int side = isLong ? 1 : -1;
        boolean rests = resting && turn % 4 < 2;
        double entry = rests ? market.price() * (1 - side * 0.001) : market.price();
        Bracket.Builder bracket = (isLong ? Bracket.buy() : Bracket.sell())
                .takeProfit(entry * (1 + side * LEVELS_PERCENT / 100))
                .stopLoss(entry * (1 - side * LEVELS_PERCENT / 100))
                .minutes(LONGEST_LIFE_MINUTES);
        return Optional.of((rests ? bracket.entry(entry) : bracket).build());
    }

    @Override
    public Interval interval() {
        return Interval.ONE_MINUTE;
    }
}
