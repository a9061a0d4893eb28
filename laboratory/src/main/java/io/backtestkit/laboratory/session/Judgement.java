package io.backtestkit.laboratory.session;

import io.backtestkit.engine.BacktestKit;
import io.backtestkit.engine.BacktestResult;
import io.backtestkit.engine.Fingerprint;
import io.backtestkit.event.Event;
import io.backtestkit.laboratory.world.Witness;
import io.backtestkit.market.Interval;
import io.backtestkit.market.MarketView;
import io.backtestkit.signal.CloseReason;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.strategy.Bracket;
import io.backtestkit.strategy.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares what a live session traded with an uninterrupted backtest of the same market.
 *
 * <p>While a store fails, the rules allow two differences, and no other: no entry is taken, neither at once nor of a resting
 * signal; and an entry of which the store would not say whether it had taken it is managed from the minute on in which it
 * could be read back. A position that was announced is left in the very minute of the backtest, whatever the store says.
 */
public final class Judgement {

    private static final Duration NEAR = Duration.ofMinutes(2);

    private final LiveRun.Scene scene;
    private final List<Event> events;
    private final List<EndedSignal> log;
    private final Optional<Signal> held;
    private final List<Trouble> troubles = new ArrayList<>();

    /** Minutes in which the session knew that the store failed: from the first to before the last. */
    private record Trouble(long from, long until) {}

    private Judgement(LiveRun.Scene scene, List<Event> events, Witness witness) {
        this.scene = scene;
        this.events = events;
        this.log = witness.log();
        this.held = witness.held();
    }

    /** Returns what is wrong with the trades of a session that has ended; empty if nothing is. */
    public static Optional<String> of(LiveRun.Scene scene, List<Event> events, Witness witness) {
        Judgement judgement = new Judgement(scene, events, witness);
        judgement.findTroubles();
        return judgement.engineFailure().or(judgement::lost).or(judgement::difference);
    }

    private void findTroubles() {
        long since = Long.MAX_VALUE;
        for (Event event : events) {
            long at = event.at().toEpochMilli();
            if (event instanceof Event.Failed failed && failed.activity().equals(LiveRun.REACH_STORE)) {
                since = Math.min(since, at);
            } else if (event instanceof Event.Recovered recovered
                    && recovered.activity().equals(LiveRun.REACH_STORE)) {
                troubles.add(new Trouble(since, at));
                since = Long.MAX_VALUE;
            }
        }
        if (since != Long.MAX_VALUE) {
            troubles.add(new Trouble(since, Long.MAX_VALUE));
        }
    }

    private boolean inTrouble(Instant time) {
        long at = time.toEpochMilli();
        return troubles.stream().anyMatch(trouble -> trouble.from() <= at && at < trouble.until());
    }

    private Optional<String> engineFailure() {
        return events.stream()
                .filter(Event.Failed.class::isInstance)
                .map(Event.Failed.class::cast)
                .filter(failed -> !failed.activity().equals(LiveRun.REACH_STORE)
                        && !failed.activity().equals("release the slot"))
                .map(failed -> "the engine failed to " + failed.activity() + ": " + failed.message())
                .findFirst();
    }

    /** What was announced must be there. */
    private Optional<String> lost() {
        for (Event event : events) {
            if (event instanceof Event.Opened opened
                    && log.stream().noneMatch(ended -> same(ended.signal(), opened.held()))
                    && held.filter(signal -> same(signal, opened.held())).isEmpty()) {
                return Optional.of("a position was announced and is lost: " + opened);
            }
            Optional<EndedSignal> end = endOf(event);
            if (end.isPresent()
                    && log.stream().filter(ended -> isSame(ended, end.get())).count() != 1) {
                return Optional.of("an end was announced and is not in the log once: " + event + "; the log has "
                        + log.stream()
                                .filter(ended -> same(ended.signal(), end.get().signal()))
                                .toList()
                        + "; troubles " + troubles);
            }
        }
        return Optional.empty();
    }

    private static Optional<EndedSignal> endOf(Event event) {
        if (event instanceof Event.Closed closed) {
            return Optional.of(closed.ended());
        }
        return event instanceof Event.Cancelled cancelled ? Optional.of(cancelled.ended()) : Optional.empty();
    }

    private Optional<String> difference() {
        List<EndedSignal> expected = backtest();
        boolean goesOn = !expected.isEmpty()
                && expected.get(expected.size() - 1).reasonCode().equals(CloseReason.FRAME_END.code());
        Optional<Signal> last =
                goesOn ? Optional.of(expected.remove(expected.size() - 1).signal()) : Optional.empty();
        if (expected.size() == log.size() + 1 && isHeldLate(expected.get(log.size()))) {
            last = Optional.of(expected.remove(log.size()).signal());
        }
        for (int i = 0; i < Math.max(expected.size(), log.size()); i++) {
            if (i >= expected.size() || i >= log.size()) {
                return Optional.of(
                        i < log.size()
                                ? "a trade was made that the backtest does not make: " + log.get(i)
                                : "a trade was not made that the backtest makes: " + expected.get(i)
                                        + around(expected.get(i)));
            }
            if (!isSame(expected.get(i), log.get(i)) && !isAllowed(expected.get(i), log.get(i))) {
                return Optional.of("a trade differs from that of the backtest: " + log.get(i) + ", wanted "
                        + expected.get(i) + "; troubles " + troubles);
            }
        }
        boolean sameHeld =
                last.isPresent() == held.isPresent() && (held.isEmpty() || same(held.get(), last.orElseThrow()));
        return sameHeld ? Optional.empty() : Optional.of("held in the end was " + held + ", wanted " + last);
    }

    /** Returns what was announced when that signal was begun. */
    private String around(EndedSignal ended) {
        Instant begun = ended.signal().createdAt();
        return "; announced then "
                + events.stream()
                        .filter(event ->
                                Duration.between(begun, event.at()).abs().compareTo(NEAR) <= 0)
                        .toList();
    }

    private List<EndedSignal> backtest() {
        try (BacktestKit kit = BacktestKit.create()) {
            BacktestResult result = kit.backtest()
                    .strategy(scene.key().strategy(), new AllowedStrategy())
                    .symbol(scene.key().symbol())
                    .candles(scene.market())
                    .run();
            return Stream.<EndedSignal>concat(result.signals().stream(), result.cancelled().stream())
                    .sorted(Comparator.comparing(EndedSignal::endedAt))
                    .collect(ArrayList::new, List::add, List::addAll);
        }
    }

    /** The strategy, silent where the session could take no entry. */
    private final class AllowedStrategy implements Strategy {

        @Override
        public Optional<Bracket> decide(MarketView market) {
            Instant now = Instant.ofEpochMilli(market.time());
            boolean taken = Stream.concat(log.stream().map(EndedSignal::signal), held.stream())
                    .anyMatch(signal -> signal.createdAt().equals(now));
            boolean occupied = log.stream()
                            .anyMatch(
                                    ended -> ended.signal().createdAt().isBefore(now) && !now.isAfter(ended.endedAt()))
                    || held.filter(signal -> signal.createdAt().isBefore(now)).isPresent();
            return occupied || (inTrouble(now) && !taken)
                    ? Optional.empty()
                    : scene.strategy().decide(market);
        }

        @Override
        public Interval interval() {
            return scene.strategy().interval();
        }
    }

    /** The entry is the same; it came, or was known, too late because the store failed just then. */
    private boolean isAllowed(EndedSignal expected, EndedSignal found) {
        Signal wanted = expected.signal();
        Signal signal = found.signal();
        boolean begunAlike = same(wanted, signal)
                && wanted.priceOpen().compareTo(signal.priceOpen()) == 0
                && !found.endedAt().isBefore(expected.endedAt());
        boolean unknown = !isAnnounced(signal) && inTrouble(expected.endedAt());
        return begunAlike && (isOpenedLate(wanted, signal) || unknown);
    }

    /** The last one is still there: it opens, or was known, later than in the backtest because the store failed just then. */
    private boolean isHeldLate(EndedSignal expected) {
        return held.filter(signal -> same(signal, expected.signal())
                        && (isOpenedLate(expected.signal(), signal)
                                || (!isAnnounced(signal) && inTrouble(expected.endedAt()))))
                .isPresent();
    }

    private boolean isOpenedLate(Signal wanted, Signal found) {
        return !wanted.openTimestamp().equals(found.openTimestamp())
                && wanted.openTimestamp().filter(this::inTrouble).isPresent();
    }

    private boolean isAnnounced(Signal signal) {
        return events.stream().anyMatch(event -> event instanceof Event.Opened opened && same(opened.held(), signal));
    }

    private static boolean isSame(EndedSignal one, EndedSignal other) {
        return Fingerprint.of(List.of(one)).equals(Fingerprint.of(List.of(other)));
    }

    private static boolean same(Signal one, Signal other) {
        return one.id().equals(other.id()) && one.createdAt().equals(other.createdAt());
    }
}
