package io.backtestkit.strategy;

import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.Position;
import java.util.Optional;

/**
 * {@code dip-buyer}: rests a long some percent under the market. Every 15 minutes with nothing held, proposes a long with an
 * entry price {@code below} percent under the engine price; take profit and stop loss in percent of that entry price.
 * Parameters: {@code below=0.5}, {@code take=1.5}, {@code stop=2}, {@code minutes=720}.
 */
public final class DipBuyerStrategy implements Strategy {

    private final double below;
    private final double take;
    private final double stop;
    private final int minutes;

    /** Reads its parameters. */
    public DipBuyerStrategy(Parameters parameters) {
        below = parameters.number("below", 0.5, 0.01, 50);
        take = parameters.number("take", 1.5, 0.5, 99);
        stop = parameters.number("stop", 2, 0.5, 20);
        minutes = parameters.whole("minutes", 720, 1, 1440);
    }

    @Override
    public Interval interval() {
        return Interval.FIFTEEN_MINUTES;
    }

    @Override
    public Optional<Bracket> decide(MarketView market) {
        double entry = market.price() * (1 - below / 100);
        return Optional.of(Percent.bracket(Position.LONG, entry, take, stop, minutes)
                .entry(entry)
                .build());
    }
}
