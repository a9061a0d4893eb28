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
                return Optional.of("an end was announced and is not in the log once: " + event);
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
        for (int i = 0; i < Math.max(expected.size(), log.size()); i++) {
            if (i >= expected.size() || i >= log.size()) {
                return Optional.of(
                        i < log.size()
                                ? "a trade was made that the backtest does not make: " + log.get(i)
                                : "a trade was not made that the backtest makes: " + expected.get(i));
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
        Optional<Instant> wantedOpening = wanted.openTimestamp();
        boolean openedLate = !wantedOpening.equals(signal.openTimestamp())
                && wantedOpening.filter(this::inTrouble).isPresent();
        boolean unknown =
                events.stream().noneMatch(event -> event instanceof Event.Opened opened && same(opened.held(), signal))
                        && inTrouble(expected.endedAt());
        return begunAlike && (openedLate || unknown);
    }

    private static boolean isSame(EndedSignal one, EndedSignal other) {
        return Fingerprint.of(List.of(one)).equals(Fingerprint.of(List.of(other)));
    }

    private static boolean same(Signal one, Signal other) {
        return one.id().equals(other.id()) && one.createdAt().equals(other.createdAt());
    }
}
