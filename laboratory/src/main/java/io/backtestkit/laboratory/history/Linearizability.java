package io.backtestkit.laboratory.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history is linearizable: whether each operation can be put at a moment within its interval so that, one
 * after the other, they are what the model does.
 *
 * <p>The search is that of J. M. Wing and C. Gong, <i>Testing and verifying concurrent objects</i>, Journal of Parallel and
 * Distributed Computing 17 (1993), with the memory of G. Lowe, <i>Testing for linearizability</i>, Concurrency and Computation:
 * Practice and Experience 29 (2017): what was tried once, the same operations done and the same state reached, is not tried
 * again; nor is what leaves fewer choices than something that was. That a history of several slots may be checked slot by slot is M. Herlihy and J. Wing, <i>Linearizability: a
 * correctness condition for concurrent objects</i>, ACM TOPLAS 12 (1990). An operation of which nobody knows the outcome is
 * taken for one that has not returned, and may be left out.
 */
final class Linearizability<S, O> {

    private static final int MOST_TRIED = 500_000;

    /**
     * What was found.
     *
     * @param order the numbers of the operations in an order that is possible; if there is none for all that are required, the
     *     longest for some
     * @param state the one reached by it
     * @param decided false if it was given up, since there was too much to try
     */
    record Verdict<S>(boolean linearizable, boolean decided, List<Integer> order, S state) {}

    /** Some operations, done in an order that is possible; in {@code left} those that may be left out. */
    private record Prefix<S>(
            Done<S> done,
            BitSet left,
            int requiredCount,
            @Nullable Prefix<S> before,
            int last) {

        boolean has(int operation) {
            return done.required().get(operation) || left.get(operation);
        }

        List<Integer> order() {
            List<Integer> order = new ArrayList<>();
            for (Prefix<S> prefix = this; prefix != null && prefix.last >= 0; prefix = prefix.before) {
                order.add(0, prefix.last);
            }
            return order;
        }
    }

    /** What was done of that which had to be, and what came of it. */
    private record Done<S>(BitSet required, S state) {}

    private final Model<S, O> model;
    private final List<Interval<O>> history;
    private final int requiredCount;
    private final Map<Done<S>, List<BitSet>> tried = new HashMap<>();
    private final Deque<Prefix<S>> open = new ArrayDeque<>();

    private Linearizability(Model<S, O> model, List<Interval<O>> history) {
        this.model = model;
        this.history = history;
        requiredCount = (int) history.stream().filter(Interval::required).count();
    }

    /**
     * Checks a history of one thing.
     *
     * @param history in the order of invocation
     */
    static <S, O> Verdict<S> check(Model<S, O> model, List<Interval<O>> history) {
        return new Linearizability<>(model, history).search();
    }

    private Verdict<S> search() {
        Prefix<S> longest = new Prefix<>(new Done<>(new BitSet(), model.initial()), new BitSet(), 0, null, -1);
        open.push(longest);
        while (!open.isEmpty() && tried.size() < MOST_TRIED) {
            Prefix<S> prefix = open.pop();
            if (prefix.requiredCount() > longest.requiredCount()) {
                longest = prefix;
            }
            if (longest.requiredCount() == requiredCount) {
                break;
            }
            List<Integer> candidates = candidates(prefix);
            long latest = candidates.stream()
                    .map(history::get)
                    .filter(Interval::required)
                    .mapToLong(Interval::returned)
                    .min()
                    .orElse(Long.MAX_VALUE);
            for (int next : candidates) {
                lengthen(prefix, next, latest);
            }
        }
        boolean linearizable = longest.requiredCount() == requiredCount;
        return new Verdict<>(
                linearizable,
                linearizable || open.isEmpty(),
                longest.order(),
                longest.done().state());
    }

    /**
     * Returns the operations that may come next: no other, still to be done, had returned before they began. The most promising
     * come last.
     */
    private List<Integer> candidates(Prefix<S> prefix) {
        List<Integer> candidates = new ArrayList<>();
        long end = Long.MAX_VALUE;
        for (int i = 0; i < history.size() && history.get(i).invoked() <= end; i++) {
            if (!prefix.has(i)) {
                candidates.add(i);
                end = Math.min(end, history.get(i).required() ? history.get(i).returned() : end);
            }
        }
        candidates.sort(Comparator.comparing((Integer i) -> history.get(i).required())
                .thenComparing(i -> history.get(i).returned(), Comparator.reverseOrder()));
        return candidates;
    }

    private void lengthen(Prefix<S> prefix, int next, long latest) {
        Interval<O> interval = history.get(next);
        S before = prefix.done().state();
        for (S state : model.next(before, interval.operation(), latest)) {
            if (!interval.required() && state.equals(before)) {
                continue; // as well left out
            }
            BitSet required = (BitSet) prefix.done().required().clone();
            BitSet left = (BitSet) prefix.left().clone();
            (interval.required() ? required : left).set(next);
            Prefix<S> longer = new Prefix<>(
                    new Done<>(required, state),
                    left,
                    prefix.requiredCount() + (interval.required() ? 1 : 0),
                    prefix,
                    next);
            if (isNew(longer)) {
                open.push(longer);
            }
        }
    }

    /** Says whether nothing as good was tried: the same was done, and of what may be left out no more than now. */
    private boolean isNew(Prefix<S> prefix) {
        List<BitSet> lefts = tried.computeIfAbsent(prefix.done(), absent -> new ArrayList<>(1));
        for (BitSet other : lefts) {
            BitSet more = (BitSet) other.clone();
            more.andNot(prefix.left());
            if (more.isEmpty()) {
                return false;
            }
        }
        lefts.add(prefix.left());
        return true;
    }
}
