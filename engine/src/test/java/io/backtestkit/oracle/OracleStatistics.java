package io.backtestkit.oracle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The statistics of closed trades, each null where the rules say it means nothing. */
final class OracleStatistics {
    private static final double NONE = Double.NaN;
    private static final double DAY = 86_400_000;

    private final List<OracleTrade> trades;
    private final int count;
    private final boolean enough;
    private final Map<String, @Nullable Double> values = new LinkedHashMap<>();
    private double equity = 1;

    private OracleStatistics(List<OracleTrade> trades) {
        this.trades = trades;
        this.count = trades.size();
        this.enough = count >= 10;
    }

    /** Compute all of them; {@code trades} in the order they closed. */
    static Map<String, @Nullable Double> of(List<OracleTrade> trades) {
        OracleStatistics statistics = new OracleStatistics(trades);
        statistics.compute();
        return Collections.unmodifiableMap(statistics.values);
    }

    private void compute() {
        double wins = 0;
        double losses = 0;
        double sumOfWins = 0;
        double sumOfLosses = 0;
        double total = 0;
        double squaredLosses = 0;
        for (OracleTrade trade : trades) {
            double r = trade.pnlPercent();
            total += r;
            if (r > 0) {
                wins++;
                sumOfWins += r;
            } else if (r < 0) {
                losses++;
                sumOfLosses += r;
                squaredLosses += r * r;
            }
        }
        double average = total / count;
        put("winRate", wins / (wins + losses) * 100);
        put("averagePnl", average);
        put("medianPnl", median());
        put("totalPnl", count == 0 ? NONE : total);
        double deviation = deviation(average);
        put("standardDeviation", deviation);
        double sharpe = deviation > 1e-9 ? average / deviation : NONE;
        put("sharpeRatio", sharpe);
        double perYear = tradesPerYear();
        put("tradesPerYear", perYear);
        put("annualizedSharpeRatio", sharpe * Math.sqrt(perYear));
        put("sortinoRatio", enough && losses > 0 ? average / Math.sqrt(squaredLosses / count) : NONE);
        put("profitFactor", wins > 0 && losses > 0 ? sumOfWins / Math.abs(sumOfLosses) : NONE);
        double winPart = wins == 0 ? 0 : wins / count * (sumOfWins / wins);
        double lossPart = losses == 0 ? 0 : losses / count * (sumOfLosses / losses);
        put("expectancy", enough ? winPart + lossPart : NONE);
        double drawdown = drawdown();
        put("maxDrawdown", drawdown);
        double yearly = (Math.pow(equity, perYear / count) - 1) * 100;
        yearly = Math.abs(yearly) > 100 ? NONE : yearly;
        put("expectedYearlyReturn", yearly);
        boolean ratios = enough && drawdown != 0;
        put("calmarRatio", ratios ? yearly / drawdown : NONE);
        put("recoveryFactor", ratios ? (equity - 1) * 100 / drawdown : NONE);
        averages();
        put("longestWinStreak", count == 0 ? NONE : streak(1));
        put("longestLossStreak", count == 0 ? NONE : streak(-1));
    }

    private void put(String name, double value) {
        values.put(name, Double.isFinite(value) ? (Double) value : null);
    }

    private double median() {
        if (count == 0) {
            return NONE;
        }
        List<Double> sorted = new ArrayList<>();
        for (OracleTrade trade : trades) {
            sorted.add(trade.pnlPercent());
        }
        Collections.sort(sorted);
        return (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
    }

    private double deviation(double average) {
        if (!enough) {
            return NONE;
        }
        double sum = 0;
        for (OracleTrade trade : trades) {
            sum += (trade.pnlPercent() - average) * (trade.pnlPercent() - average);
        }
        return Math.sqrt(sum / (count - 1));
    }

    private double tradesPerYear() {
        if (!enough) {
            return NONE;
        }
        double days = (trades.get(count - 1).closedAt() - trades.get(0).openedAt()) / DAY;
        double perYear = count / days * 365;
        return days < 14 || perYear > 365 ? NONE : perYear;
    }

    /** Compound the equity, and give its largest fall from a peak in percent of that peak. */
    private double drawdown() {
        if (count == 0) {
            return NONE;
        }
        double peak = 1;
        double largest = 0;
        for (OracleTrade trade : trades) {
            double lowest = equity * (1 + trade.worstMark() / 100);
            largest = Math.max(largest, (peak - lowest) / peak * 100);
            equity *= 1 + trade.pnlPercent() / 100;
            peak = Math.max(peak, equity);
            largest = Math.max(largest, (peak - equity) / peak * 100);
        }
        return largest;
    }

    private void averages() {
        double minutes = 0;
        double best = 0;
        double worst = 0;
        for (OracleTrade trade : trades) {
            minutes += (double) (trade.closedAt() - trade.openedAt()) / RulesOracle.MINUTE;
            best += trade.bestMark();
            worst += trade.worstMark();
        }
        put("averageDurationMinutes", minutes / count);
        put("averagePeakMark", best / count);
        put("averageWorstMark", worst / count);
    }

    private int streak(int sign) {
        int longest = 0;
        int running = 0;
        for (OracleTrade trade : trades) {
            running = Math.signum(trade.pnlPercent()) == sign ? running + 1 : 0;
            longest = Math.max(longest, running);
        }
        return longest;
    }
}
