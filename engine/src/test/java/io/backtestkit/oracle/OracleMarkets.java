package io.backtestkit.oracle;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Seeded series of valid minute candles: the same kind, seed and length give the same candles on every machine.
 *
 * <p>No series starts at a multiple of five minutes. Prices stay within a quarter and four times of where they began.
 */
public final class OracleMarkets {
    private static final long SOME_DAY = 1_704_067_200_000L;

    /** What a series is like; {@code start} counts price ticks of {@code scale} decimals. */
    public enum Kind {
        /** Two decimals, about 0.1 percent a minute. */
        WALK(4_321_987, 2, 1_000),
        /** Two decimals, a few ticks a minute: levels are rarely reached. */
        CALM(4_321_987, 2, 30_000),
        /** Two decimals, jumps of 3 to 9 percent between one candle and the next. */
        WILD(4_321_987, 2, 300),
        /** A walk with runs of zero volume, shorter and longer than the price window. */
        VOLUME_GAPS(1_234_567, 2, 700),
        /** One price for ever. */
        CONSTANT(123_456, 2, 1),
        /** Plateaus and wicks exactly on the levels of the built-in strategies around 400. */
        SAWTOOTH(40_000, 2, 1),
        /** Around 0.00001234 with eight decimals: one tick is 0.08 percent. */
        TINY(1_234, 8, 400),
        /** Ten digits before the point. */
        HUGE(987_654_321_012L, 2, 800);

        private final long start;
        private final int scale;
        private final long divisor;

        Kind(long start, int scale, long divisor) {
            this.start = start;
            this.scale = scale;
            this.divisor = divisor;
        }
    }

    /** Long and short takes and stops of {@code bracket}, entry, take and stop of {@code dip-buyer}, and beyond. */
    private static final long[] LEVELS = {
        40_800, 39_600, 39_200, 40_400, 39_800, 40_397, 39_004, 40_799, 39_601, 39_801, 39_003, 38_900, 41_200
    };

    private final Kind kind;
    private final Random random;
    private final List<OracleCandle> candles = new ArrayList<>();
    private long price;
    private int held;
    private int quiet;

    private OracleMarkets(Kind kind, long seed) {
        this.kind = kind;
        this.random = new Random(seed * 31 + kind.start);
        this.price = kind.start;
    }

    /** Make {@code length} candles, at least 5. */
    public static List<OracleCandle> make(Kind kind, long seed, int length) {
        OracleMarkets market = new OracleMarkets(kind, seed);
        long start = SOME_DAY + (5L * market.random.nextInt(2_000) + 1 + market.random.nextInt(4)) * RulesOracle.MINUTE;
        for (int index = 0; index < length; index++) {
            market.add(start + index * RulesOracle.MINUTE);
        }
        return List.copyOf(market.candles);
    }

    private void add(long timestamp) {
        switch (kind) {
            case CONSTANT -> addCandle(timestamp, price, price, 0, 0);
            case SAWTOOTH -> addPlateau(timestamp);
            default -> addWalk(timestamp);
        }
    }

    private void addWalk(long timestamp) {
        if (kind == Kind.WILD && random.nextInt(40) == 0) {
            long jump = price * (30 + random.nextInt(60)) / 1_000 + 1;
            price = bounded(random.nextBoolean() ? price + jump : price - jump);
        } else if (random.nextInt(3) == 0) {
            price = bounded(price + between(-2, 2));
        }
        long unit = Math.max(1, price / kind.divisor);
        long open = price;
        price = bounded(Math.round(open + bell() * unit));
        addCandle(timestamp, open, price, upTo(unit), upTo(unit));
    }

    private void addPlateau(long timestamp) {
        if (held == 0) {
            held = 3 + random.nextInt(8);
            price = random.nextInt(5) < 2 ? kind.start : LEVELS[random.nextInt(LEVELS.length)];
        }
        held--;
        long up = 0;
        long down = 0;
        if (random.nextInt(6) == 0) {
            long touched = LEVELS[random.nextInt(LEVELS.length)];
            up = Math.max(0, touched - price);
            down = Math.max(0, price - touched);
        }
        addCandle(timestamp, price, price, up, down);
    }

    private void addCandle(long timestamp, long open, long close, long up, long down) {
        long high = Math.max(open, close) + up;
        long low = Math.max(1, Math.min(open, close) - down);
        candles.add(new OracleCandle(timestamp, decimal(open), decimal(high), decimal(low), decimal(close), volume()));
    }

    private BigDecimal volume() {
        if (kind == Kind.VOLUME_GAPS && quiet == 0 && random.nextInt(25) == 0) {
            quiet = 1 + random.nextInt(14);
        }
        if (quiet > 0) {
            quiet--;
            return BigDecimal.ZERO;
        }
        return switch (kind) {
            case TINY -> BigDecimal.valueOf(1 + random.nextInt(2_000_000_000));
            case HUGE -> BigDecimal.valueOf(1 + random.nextInt(9_999), 4);
            default -> BigDecimal.valueOf(1 + random.nextInt(5_000_000), 3);
        };
    }

    /** Sum uniforms instead of asking for a Gaussian, so that only plain arithmetic decides. */
    private double bell() {
        return 2 * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5);
    }

    private long bounded(long wanted) {
        return Math.max(kind.start / 4, Math.min(kind.start * 4, wanted));
    }

    private long between(int from, int to) {
        return (long) from + random.nextInt(to - from + 1);
    }

    private long upTo(long most) {
        return (long) (random.nextDouble() * (most + 1));
    }

    private BigDecimal decimal(long units) {
        return BigDecimal.valueOf(units, kind.scale);
    }
}
