package io.backtestkit.strategy;

import io.backtestkit.signal.Position;

/** Distances in percent of a price. */
final class Percent {

    private Percent() {}

    /** Starts a bracket whose levels lie {@code take} and {@code stop} percent from {@code price}, on the proper sides. */
    static Bracket.Builder bracket(Position side, double price, double take, double stop, int minutes) {
        double towardsProfit = side == Position.LONG ? 1 : -1;
        return Bracket.on(side)
                .takeProfit(price * (1 + towardsProfit * take / 100))
                .stopLoss(price * (1 - towardsProfit * stop / 100))
                .minutes(minutes);
    }
}
