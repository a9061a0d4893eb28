package io.backtestkit.strategy;

import io.backtestkit.market.MarketView;
import io.backtestkit.signal.Position;
import java.util.Optional;

/**
 * {@code bracket}: always in the market. Every minute with nothing held, proposes an immediate entry, take profit and stop
 * loss that many percent from the engine price. Parameters: {@code side=long|short}, {@code take=2}, {@code stop=1},
 * {@code minutes=60}.
 */
public final class BracketStrategy implements Strategy {

    private final Position side;
    private final double take;
    private final double stop;
    private final int minutes;

    /** Reads its parameters. */
    public BracketStrategy(Parameters parameters) {
        side = parameters.choice("side", "long", "long", "short").equals("long") ? Position.LONG : Position.SHORT;
        take = parameters.number("take", 2, 0.5, 99);
        stop = parameters.number("stop", 1, 0.5, 20);
        minutes = parameters.whole("minutes", 60, 1, 1440);
    }

    @Override
    public Optional<Bracket> decide(MarketView market) {
        return Optional.of(
                Percent.bracket(side, market.price(), take, stop, minutes).build());
    }
}
