package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.laboratory.history.SlotState.Holder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A slot with its claims and its trade log, one call after the other: what {@link io.backtestkit.store.SignalStore} and {@link
 * io.backtestkit.store.Claims} promise. A lease may run out when the host's clock has reached its end, give or take {@value
 * #CLOCKS_DIFFER_MILLIS} ms.
 */
final class SlotModel implements Model<SlotState, Step> {

    private static final long CLOCKS_DIFFER_MILLIS = 3;

    /** For each owner, epochs that were seen though nobody was told of their grant. */
    private final Map<String, Set<Long>> seenEpochs = new HashMap<>();

    private final long millisAtZero;

    /** Makes the model of a slot, for histories of these events. */
    SlotModel(List<Event> events) {
        millisAtZero = events.stream()
                .map(Event::span)
                .mapToLong(span -> span.invokedMillis() - span.invokedNanos() / 1_000_000)
                .max()
                .orElse(0);
        for (Event event : events) {
            note(event.call().grant());
            note(event.outcome().grant());
        }
        for (Event event : events) {
            if (event.outcome().kind() == Kind.GRANTED) {
                Grant granted = event.outcome().grant();
                seenEpochs.getOrDefault(granted.owner(), new TreeSet<>()).remove(granted.epoch());
            }
        }
    }

    private void note(Grant grant) {
        if (!grant.isNone()) {
            seenEpochs.computeIfAbsent(grant.owner(), absent -> new TreeSet<>()).add(grant.epoch());
        }
    }

    @Override
    public SlotState initial() {
        return SlotState.NEW;
    }

    @Override
    public List<SlotState> next(SlotState state, Step step, long latest) {
        Event event = step.event();
        Call call = event.call();
        Outcome outcome = event.outcome();
        if (outcome.kind() == Kind.WRONG) {
            return List.of();
        }
        return switch (call.act()) {
            case READ -> when(state.signal().equals(outcome.id()), state);
            case TRADES -> when(state.trades().equals(outcome.ids()), state);
            case HOLDER -> seen(state, outcome.grant());
            case CLAIM, TAKE_OVER -> claimed(state, event, millis(latest));
            case RENEW -> renewed(state, event);
            case RELEASE -> released(state, event);
            case WRITE -> changed(state, event, state.holding(call.id()));
            case DELETE -> changed(state, event, state.holding(""));
            case END -> changed(state, event, ended(state, call.id(), step.part()));
            case PLAIN_WRITE -> plainlyWritten(state, event, millis(latest));
        };
    }

    /** Returns what the clock of the host shows when the other one shows that, give or take one. */
    private long millis(long nanos) {
        return nanos == Long.MAX_VALUE ? nanos : nanos / 1_000_000 + millisAtZero;
    }

    private static List<SlotState> when(boolean possible, SlotState state) {
        return possible ? List.of(state) : List.of();
    }

    /** Returns the state after an end; null if it cannot come to that yet. */
    private static @Nullable SlotState ended(SlotState state, String id, Step.Part part) {
        return switch (part) {
            case WHOLE -> without(id, state.logged(id));
            case LOG -> state.logged(id);
            case FREE -> state.trades().contains(id) ? without(id, state) : null;
        };
    }

    /** Returns the state with its slot freed of that signal; another one stays. */
    private static SlotState without(String id, SlotState state) {
        return state.signal().equals(id) ? state.holding("") : state;
    }

    private static List<SlotState> changed(SlotState state, Event event, @Nullable SlotState changed) {
        boolean held = state.isHeldUnder(event.call().grant());
        if (event.outcome().kind() == Kind.LOST) {
            return when(!held, state);
        }
        return held && changed != null ? List.of(changed) : List.of();
    }

    private static List<SlotState> plainlyWritten(SlotState state, Event event, long latestMillis) {
        Holder holder = state.holder();
        if (event.outcome().kind() == Kind.LOST) {
            return when(holder != null && mayRun(holder, event), state);
        }
        return when(
                holder == null || mayHaveRunOut(holder, latestMillis),
                state.holding(event.call().id()));
    }

    private static List<SlotState> released(SlotState state, Event event) {
        boolean held = state.isHeldUnder(event.call().grant());
        return List.of(held ? state.heldBy(null) : state);
    }

    private static List<SlotState> renewed(SlotState state, Event event) {
        Grant carried = event.call().grant();
        boolean held = state.isHeldUnder(carried);
        return switch (event.outcome().kind()) {
            case LOST -> when(!held, state);
            case UNKNOWN -> when(held, state.heldBy(unseen(carried.owner(), carried.epoch(), event)));
            default -> {
                Grant renewed = event.outcome().grant();
                boolean same = renewed.owner().equals(carried.owner()) && renewed.epoch() == carried.epoch();
                yield when(held && same && lasts(renewed, event), state.heldBy(Holder.of(renewed)));
            }
        };
    }

    private List<SlotState> claimed(SlotState state, Event event, long latestMillis) {
        Call call = event.call();
        Holder holder = state.holder();
        boolean takesOver = call.act() == Act.TAKE_OVER && state.isHeldUnder(call.grant());
        boolean own = holder == null || holder.owner().equals(call.asker()) || takesOver;
        boolean may = holder == null || own || mayHaveRunOut(holder, latestMillis);
        Grant told = event.outcome().grant();
        return switch (event.outcome().kind()) {
            case GRANTED ->
                when(
                        may && told.epoch() > state.epoch() && told.owner().equals(call.asker()) && lasts(told, event),
                        state.granted(Holder.of(told)));
            case HELD -> holder != null && !own && mayRun(holder, event) ? seen(state, told) : List.of();
            case UNKNOWN -> may ? perhapsGranted(state, event) : List.of();
            default -> List.of();
        };
    }

    /** Returns one state for each epoch that may have been given. */
    private List<SlotState> perhapsGranted(SlotState state, Event event) {
        String asker = event.call().asker();
        List<SlotState> states = new ArrayList<>();
        states.add(state.granted(unseen(asker, SlotState.UNTOLD, event)));
        for (long epoch : seenEpochs.getOrDefault(asker, Set.of())) {
            if (epoch > state.epoch()) {
                states.add(state.granted(unseen(asker, epoch, event)));
            }
        }
        return states;
    }

    private static Holder unseen(String owner, long epoch, Event event) {
        long earliest = event.span().invokedMillis() + event.call().leaseMillis() - CLOCKS_DIFFER_MILLIS;
        return new Holder(owner, epoch, earliest, Long.MAX_VALUE);
    }

    private static List<SlotState> seen(SlotState state, Grant grant) {
        Holder holder = state.holder();
        if (holder == null || grant.isNone()) {
            return when(holder == null && grant.isNone(), state);
        }
        boolean same = holder.is(grant) && holder.earliest() <= grant.until() && grant.until() <= holder.latest();
        return when(same, state.heldBy(Holder.of(grant)));
    }

    /** Says whether the lease begins while it is asked for. */
    private static boolean lasts(Grant grant, Event event) {
        long from = grant.until() - event.call().leaseMillis();
        return from >= event.span().invokedMillis() - CLOCKS_DIFFER_MILLIS
                && from <= event.span().returnedMillis() + CLOCKS_DIFFER_MILLIS;
    }

    private static boolean mayHaveRunOut(Holder holder, long latestMillis) {
        return latestMillis >= holder.earliest() - CLOCKS_DIFFER_MILLIS;
    }

    private static boolean mayRun(Holder holder, Event event) {
        return event.span().invokedMillis() - CLOCKS_DIFFER_MILLIS < holder.latest();
    }
}
