package io.backtestkit.examples;

// tag::breakout[]
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Parameters;
import io.backtestkit.strategy.Strategy;
import java.util.Optional;

/** Buys when the price leaves the range of the last hours upwards. */
public final class Breakout implements Strategy {

    private final int hours;
    private final double take;

    public Breakout(Parameters parameters) {
        hours = parameters.whole("hours", 6, 2, 48);
        take = parameters.number("take", 3, 0.5, 50);
    }

    @Override
    public Interval interval() {
        return Interval.FIFTEEN_MINUTES;
    }

    @Override
    public Optional<Bracket> decide(MarketView market) {
        Candles range = market.candles(Interval.ONE_HOUR, hours);
        if (range.size() < hours) {
            return Optional.empty();
        }
        double highest = 0;
        for (int i = 0; i < range.size(); i++) {
            highest = Math.max(highest, range.high(i));
        }
        double price = market.price();
        if (price <= highest) {
            return Optional.empty();
        }
        return Optional.of(Bracket.buy()
                .takeProfit(price * (1 + take / 100))
                .stopLoss(price * 0.98)
                .minutes(600)
                .build());
    }
}
// end::breakout[]
