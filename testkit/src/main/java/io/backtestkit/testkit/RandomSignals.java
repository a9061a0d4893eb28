package io.backtestkit.testkit;

import io.backtestkit.signal.CloseIntent;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.Entry;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.PartialClose;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Position;
import io.backtestkit.signal.Prices;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalBuilder;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.signal.TimeLimit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Draws valid signals: any phase, any price that can be kept, any text. */
final class RandomSignals {

    private static final int MOST_DIGITS = 34;
    private static final int MOST_DECIMAL_PLACES = 24;
    private static final long LATEST = Instant.parse("2200-01-01T00:00:00Z").toEpochMilli();
    private static final int[] CHARACTERS =
            "aZ09 _-.:/\\\"'$%{}[]<>&*?\n\r\t\u0001\u007F\u00E9\u00DFA\u030A\u2028\u202E\u65E5\uD83D\uDE80\uDBFF\uDFFF"
                    .codePoints()
                    .toArray();

    private RandomSignals() {}

    static Signal signal(RandomGenerator random, SignalKey key) {
        Phase phase = pick(random, Phase.values());
        Position position = pick(random, Position.values());
        List<BigDecimal> prices = risingPrices(random);
        boolean rising = position == Position.LONG;
        Instant created = Instant.ofEpochMilli(random.nextLong(LATEST));
        SignalBuilder signal = Signal.builder(key)
                .id(name(random))
                .exchange(name(random))
                .position(position)
                .phase(phase)
                .priceStopLoss(prices.get(rising ? 0 : 2))
                .priceOpen(prices.get(1))
                .priceTakeProfit(prices.get(rising ? 2 : 0))
                .minuteEstimatedTime(
                        random.nextBoolean()
                                ? TimeLimit.none()
                                : TimeLimit.ofMinutes(random.nextInt(1, Integer.MAX_VALUE)))
                .createdAt(created)
                .cost(price(random))
                .memo(memo(random))
                .note(text(random, random.nextInt(200)));
        Instant scheduled = created.plusMillis(random.nextLong(100_000));
        if (phase == Phase.SCHEDULED || random.nextBoolean()) {
            signal.scheduledAt(scheduled);
        }
        if (phase == Phase.OPEN || phase == Phase.CLOSING) {
            open(random, signal, scheduled.plusMillis(random.nextLong(100_000)));
        }
        if (phase == Phase.CLOSING) {
            signal.closeIntent(new CloseIntent(pick(random, CloseReason.values()), price(random)));
        }
        return signal.build();
    }

    private static void open(RandomGenerator random, SignalBuilder signal, Instant opened) {
        double best = random.nextDouble(-1e6, 1e6);
        signal.openTimestamp(opened).marks(new Marks(best, best - random.nextDouble(1e3)));
        for (int i = random.nextInt(4); i > 0; i--) {
            signal.addEntry(new Entry(price(random), price(random), opened.plusMillis(random.nextLong(100_000))));
        }
        if (random.nextBoolean()) {
            BigDecimal percent = BigDecimal.valueOf(random.nextInt(1, 10_001), 2);
            signal.partialCloses(List.of(new PartialClose(percent, price(random), opened)));
        }
    }

    /** Returns three prices, each above the one before. */
    static List<BigDecimal> risingPrices(RandomGenerator random) {
        TreeSet<BigDecimal> prices = new TreeSet<>();
        while (prices.size() < 3) {
            prices.add(price(random));
        }
        return List.copyOf(prices);
    }

    /** Returns a price of up to 34 digits and up to 24 decimal places, at times with zeros at its end. */
    static BigDecimal price(RandomGenerator random) {
        int zeros = random.nextInt(4) == 0 ? random.nextInt(10) : 0;
        StringBuilder digits = new StringBuilder().append((char) ('1' + random.nextInt(9)));
        for (int i = random.nextInt(MOST_DIGITS - zeros); i > 0; i--) {
            digits.append((char) ('0' + random.nextInt(10)));
        }
        digits.append("0".repeat(zeros));
        return Prices.normalized(
                new BigDecimal(new BigInteger(digits.toString()), random.nextInt(MOST_DECIMAL_PLACES + 1)));
    }

    /** Returns a text that may name something: not blank. */
    static String name(RandomGenerator random) {
        return "n" + text(random, random.nextInt(30));
    }

    private static Map<String, String> memo(RandomGenerator random) {
        Map<String, String> memo = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            memo.put(text(random, random.nextInt(10)), text(random, random.nextInt(50)));
        }
        return memo;
    }

    private static String text(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return text.toString();
    }

    private static <T> T pick(RandomGenerator random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
