package io.backtestkit.laboratory.world;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.engine.LiveSession;
import io.backtestkit.event.Event;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** One history: a market, and processes that trade it one after the other, made from a seed. */
final class World {

    private static final SignalKey KEY = new SignalKey("simulated", "WORLD");
    private static final Duration LEASE = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int WARM_UP = 5;
    private static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1));
    /** More than the feed ever fails in a row; pauses would be of the wall clock. */
    private static final RetryPolicy AT_ONCE = new RetryPolicy(20, Duration.ofMillis(1), Duration.ofMillis(1));

    private static final Link.Troubles NONE = new Link.Troubles(0, 0, 0);

    private final boolean killsAlone;
    private final RandomGenerator random;
    private final Candles market;
    private final Strategy strategy;
    private final Truth truth;
    private final Auditor auditor;
    private final Link.Troubles troubles;

    World(int seed, int days) {
        this(seed, days, claims -> claims);
    }

    /** Lets a mistake be planted in the store, to see that it is found. */
    World(int seed, int days, UnaryOperator<Claims> planted) {
        truth = new Truth(KEY, planted);
        auditor = new Auditor(truth);
        random = new SplittableRandom(seed);
        killsAlone = seed % 2 == 0;
        market = Market.days(days, random);
        strategy = strategy(random);
        double kill = 0.02 * random.nextDouble() * random.nextDouble();
        troubles = killsAlone
                ? new Link.Troubles(kill, 0, 0)
                : new Link.Troubles(kill, 0.02 * random.nextDouble(), 0.002 * random.nextDouble());
    }

    /** Decides from the view alone; long or short, at once or at a better price, in turn. */
    private static Strategy strategy(RandomGenerator random) {
        double take = 0.5 + random.nextDouble();
        double stop = 0.5 + random.nextDouble();
        int minutes = 10 + random.nextInt(600);
        Interval interval = random.nextInt(4) == 0 ? Interval.ONE_HOUR : Interval.FIFTEEN_MINUTES;
        return new Strategy() {
            @Override
            public Optional<Bracket> decide(MarketView market) {
                long turn = market.time() / interval.millis();
                boolean isLong = turn % 2 == 0;
                double entry = turn % 3 == 0 ? market.price() * (isLong ? 0.998 : 1.002) : market.price();
                int side = isLong ? 1 : -1;
                Bracket.Builder bracket = (isLong ? Bracket.buy() : Bracket.sell())
                        .takeProfit(entry * (1 + side * (take + 0.01) / 100))
                        .stopLoss(entry * (1 - side * (stop + 0.01) / 100))
                        .minutes(minutes);
                return Optional.of((turn % 3 == 0 ? bracket.entry(entry) : bracket).build());
            }

            @Override
            public Interval interval() {
                return interval;
            }
        };
    }

    /** Returns every signal that ended so far. */
    List<EndedSignal> log() {
        return truth.log();
    }

    /** Lives through it, and returns what was wrong; empty if nothing was. */
    Optional<String> run() {
        try {
            int next = 0;
            while (next < market.size()) {
                next = liveFrom(next, troubles);
            }
            live(new PlayedFeed.Piece(market.size(), market.size(), market.size()), NONE, 0);
            auditor.checkLog();
            return auditor.wrong().or(killsAlone ? this::difference : Optional::empty);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("it was interrupted");
        }
    }

    private int liveFrom(int next, Link.Troubles present) throws InterruptedException {
        boolean sleeps = !killsAlone && random.nextInt(4) == 0;
        int sleepAt = sleeps ? next + WARM_UP + random.nextInt(2000) : market.size();
        double faults = killsAlone ? 0 : 0.001 * random.nextDouble();
        return live(new PlayedFeed.Piece(next, market.size(), sleepAt), present, faults);
    }

    /** Lets one process trade until it is killed, stops or has seen it all; returns the minute the next one begins with. */
    private int live(PlayedFeed.Piece piece, Link.Troubles present, double faults) throws InterruptedException {
        Link link = new Link(truth, present, random);
        PlayedFeed feed = new PlayedFeed(market, piece, faults, random, link, truth);
        int reached;
        try (BacktestKit kit = kit(link)) {
            LiveSession session = start(kit, feed);
            if (piece.sleepAt() < market.size()) {
                feed.awaitSleep();
                if (!link.dead() && !session.awaitEnd(Duration.ZERO)) {
                    return succeed(link, feed, session);
                }
            }
            requireEnd(session);
        } catch (SignalStoreException e) {
            // it could not begin: the next one tries
        }
        reached = feed.reached();
        truth.pass(LEASE);
        auditor.processEnded();
        return reached < market.size() || link.dead() ? Math.max(piece.first(), reached - 1) : reached;
    }

    private BacktestKit kit(Link link) {
        BacktestKit kit = BacktestKit.builder()
                .store(link)
                .claimLease(LEASE)
                .retries(ONCE)
                .build();
        kit.events().on(Event.class, event -> {
            if (!link.dead()) {
                auditor.hear(event);
            }
        });
        return kit;
    }

    private LiveSession start(BacktestKit kit, PlayedFeed feed) {
        return kit.live()
                .strategy(KEY.strategy(), strategy)
                .symbol(KEY.symbol())
                .feed(feed)
                .feedRetries(AT_ONCE)
                .start();
    }

    private static void requireEnd(LiveSession session) throws InterruptedException {
        if (!session.awaitEnd(LONG)) {
            throw new IllegalStateException("Cannot wait longer for a simulated session: it hangs.");
        }
    }

    /**
     * While one process sleeps past its lease another takes over; when it wakes up, it must change nothing any more. One
     * that was not succeeded, or never had the slot, may trade on.
     */
    private int succeed(Link sleeper, PlayedFeed asleep, LiveSession session) throws InterruptedException {
        truth.pass(LEASE);
        int from = asleep.reached();
        int until = Math.min(market.size(), from + 1 + random.nextInt(3000));
        Link.Troubles calm = new Link.Troubles(0, troubles.outage(), troubles.refusal());
        int grants = truth.grants();
        int reached = live(new PlayedFeed.Piece(Math.max(0, from - 1), until, market.size()), calm, 0);
        boolean succeeded = sleeper.owned() && truth.grants() > grants;
        Optional<Signal> held = truth.held();
        List<EndedSignal> log = truth.log();
        sleeper.calm();
        asleep.wake();
        requireEnd(session);
        if (succeeded && !(truth.held().equals(held) && truth.log().equals(log))) {
            auditor.changedByASleeper();
        }
        return succeeded ? reached : Math.max(reached, asleep.reached());
    }

    private Optional<String> difference() {
        try (BacktestKit kit = BacktestKit.create()) {
            BacktestResult expected = kit.backtest()
                    .strategy(KEY.strategy(), strategy)
                    .symbol(KEY.symbol())
                    .candles(market)
                    .run();
            List<EndedSignal> trades = Stream.<EndedSignal>concat(
                            expected.signals().stream(), expected.cancelled().stream())
                    .filter(ended -> !ended.reasonCode().equals(CloseReason.FRAME_END.code()))
                    .sorted(Comparator.comparing(EndedSignal::endedAt))
                    .toList();
            String wanted = Fingerprint.of(trades);
            String found = Fingerprint.of(truth.log());
            return wanted.equals(found)
                    ? Optional.empty()
                    : Optional.of("the trades differ from those of an uninterrupted backtest: " + found + ", wanted "
                            + wanted);
        }
    }
}
