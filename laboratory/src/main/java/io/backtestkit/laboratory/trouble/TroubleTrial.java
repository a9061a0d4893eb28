package io.backtestkit.laboratory.trouble;

import io.backtestkit.event.Event;
import io.backtestkit.laboratory.session.Judgement;
import io.backtestkit.laboratory.session.LiveRun;
import io.backtestkit.laboratory.session.TurnStrategy;
import io.backtestkit.laboratory.world.Market;
import io.backtestkit.laboratory.world.Witness;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.testkit.Patiently;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A session that trades through a trouble which comes three times: twice while a position is open, until that was left; then
 * while none is, until an entry was refused.
 */
final class TroubleTrial {

    static final SignalKey KEY = new SignalKey("trouble", "BTCUSDT");

    static final int ROUNDS = 3;
    private static final int MINUTES = 200;
    private static final int LEAST_MINUTES = 6;
    private static final int MOST_MINUTES = 40;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Trouble trouble;
    private final LiveRun.Scene scene;
    private final LiveRun live;
    private int round;
    private boolean troubled;
    private int heardBefore;
    private int minutes;
    private Optional<Signal> heldBefore = Optional.empty();
    private @Nullable String wrong;

    TroubleTrial(Trouble trouble, int seed) {
        this.trouble = trouble;
        scene = new LiveRun.Scene(KEY, new TurnStrategy(false), Market.restless(MINUTES, new SplittableRandom(seed)));
        live = new LiveRun(scene, this::requireSecrecy);
    }

    /** Trades, and returns what was wrong; empty if nothing was. A mistake may be planted in the store. */
    Optional<String> run(UnaryOperator<SignalStore> planted) {
        try (SignalStore store = trouble.place().trade().get()) {
            live.trade(planted.apply(store), this::beforeMinute);
            Witness witness = Patiently.get(this::look);
            return Optional.ofNullable(wrong)
                    .or(() -> Judgement.of(scene, live.events(), witness))
                    .or(() -> round == ROUNDS && !live.inTrouble()
                            ? Optional.empty()
                            : Optional.of("it came only " + round + " times, or was never over"));
        }
    }

    private Witness look() {
        try (SignalStore look = trouble.place().look().get()) {
            return witness(look);
        }
    }

    private static Witness witness(SignalStore store) {
        Optional<Signal> held = store.read(KEY);
        List<EndedSignal> log = store.tradeLog().orElseThrow().trades(KEY);
        return new Witness() {
            @Override
            public Optional<Signal> held() {
                return held;
            }

            @Override
            public List<EndedSignal> log() {
                return log;
            }
        };
    }

    private void bad(String found) {
        if (wrong == null) {
            wrong = "round " + round + ": " + found;
        }
    }

    private void beforeMinute(int minute) {
        if (troubled) {
            minutes++;
            if (isOver()) {
                inspect();
                trouble.end().run();
                troubled = false;
                round++;
            }
            return;
        }
        if (!live.allowRecovery(PAUSE)) {
            bad("the session did not recover though the trouble was over");
        }
        if (round < ROUNDS && !live.inTrouble() && isDue()) {
            heardBefore = live.events().size();
            minutes = 0;
            trouble.begin().run();
            troubled = true;
        }
    }

    private boolean isDue() {
        List<Event.Tick> ticks = live.events().stream()
                .filter(Event.Tick.class::isInstance)
                .map(Event.Tick.class::cast)
                .toList();
        if (ticks.size() < 3) {
            return false;
        }
        Event.Tick last = ticks.get(ticks.size() - 1);
        boolean open = last instanceof Event.Active && ticks.get(ticks.size() - 2) instanceof Event.Active;
        heldBefore = open ? last.signal() : Optional.empty();
        return whileOpen() ? open : last instanceof Event.Idle;
    }

    private boolean whileOpen() {
        return round < ROUNDS - 1;
    }

    private boolean isOver() {
        // a busy machine may fail in another way before it fails in the one that is expected
        boolean seen = trouble.nature().failure().map(this::wasTold).orElse(true);
        return minutes >= MOST_MINUTES
                || (minutes >= LEAST_MINUTES && seen && (!whileOpen() || heard(Event.Closed.class::isInstance)));
    }

    private boolean wasTold(Class<? extends SignalStoreException> kind) {
        return heard(event -> event instanceof Event.Failed failed && kind.isInstance(failed.cause()));
    }

    private boolean heard(Predicate<Event> wanted) {
        List<Event> events = live.events();
        return events.subList(heardBefore, events.size()).stream().anyMatch(wanted);
    }

    /** Looks round shortly before it is over. */
    private void inspect() {
        if (whileOpen() && !heard(Event.Closed.class::isInstance)) {
            bad("the position was not left within " + MOST_MINUTES + " minutes");
        }
        trouble.nature()
                .failure()
                .ifPresentOrElse(
                        kind -> {
                            if (!wasTold(kind)) {
                                bad("no event told of a " + kind.getSimpleName() + " but "
                                        + live.events().stream()
                                                .filter(Event.Failed.class::isInstance)
                                                .toList());
                            }
                        },
                        () -> {
                            if (heard(Event.Failed.class::isInstance)) {
                                bad("something failed: " + live.events());
                            }
                        });
        inspectStore();
    }

    private void inspectStore() {
        try {
            Witness present = trouble.nature().readable() ? Patiently.get(this::look) : look();
            boolean kept = present.held().map(Signal::id).equals(heldBefore.map(Signal::id));
            boolean ended = heldBefore.isPresent() && present.logged(heldBefore.get());
            boolean fails = trouble.nature().failure().isPresent(); // else a new one may be there
            if (fails && !kept && !ended) {
                bad("stored was " + present.held() + ", wanted " + heldBefore + " or its end");
            }
        } catch (SignalStoreException e) {
            if (trouble.nature().readable()) {
                bad("what was stored could not be read: " + e.getMessage());
            }
            requireSecrecy(text(e));
        }
    }

    private void requireSecrecy(Event event) {
        requireSecrecy(event.toString());
        if (event instanceof Event.Failed failed) {
            requireSecrecy(text(failed.cause()));
        }
    }

    private void requireSecrecy(String text) {
        if (!trouble.nature().secret().isEmpty()
                && text.contains(trouble.nature().secret())) {
            bad("a password was shown: " + text);
        }
    }

    private static String text(Exception failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
