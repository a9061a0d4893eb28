package io.backtestkit.laboratory.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a history is linearizable: whether each operation can be put at a moment within its interval so that, one
 * after the other, they are what the model does.
 *
 * <p>The search is that of J. M. Wing and C. Gong, <i>Testing and verifying concurrent objects</i>, Journal of Parallel and
 * Distributed Computing 17 (1993), with the memory of G. Lowe, <i>Testing for linearizability</i>, Concurrency and Computation:
 * Practice and Experience 29 (2017): what was tried once, the same operations done and the same state reached, is not tried
 * again. That a history of several slots may be checked slot by slot is M. Herlihy and J. Wing, <i>Linearizability: a
 * correctness condition for concurrent objects</i>, ACM TOPLAS 12 (1990). An operation of which nobody knows the outcome is
 * taken for one that has not returned, and may be left out.
 */
final class Linearizability<S, O> {

    private static final int MOST_TRIED = 2_000_000;

    /**
     * What was found.
     *
     * @param order the numbers of the operations in an order that is possible; if there is none for all that are required, the
     *     longest for some
     * @param state the one reached by it
     * @param decided false if it was given up, since there was too much to try
     */
    record Verdict<S>(boolean linearizable, boolean decided, List<Integer> order, S state) {}

    /** Some operations, done in an order that is possible. */
    private record Prefix<S>(
            Done<S> done, int requiredCount, @Nullable Prefix<S> before, int last) {

        List<Integer> order() {
            List<Integer> order = new ArrayList<>();
            for (Prefix<S> prefix = this; prefix != null && prefix.last >= 0; prefix = prefix.before) {
                order.add(0, prefix.last);
            }
            return order;
        }
    }

    private record Done<S>(BitSet operations, S state) {}

    private final Model<S, O> model;
    private final List<Interval<O>> history;
    private final int requiredCount;
    private final List<Integer> byInvocation;

    private Linearizability(Model<S, O> model, List<Interval<O>> history) {
        this.model = model;
        this.history = history;
        requiredCount = (int) history.stream().filter(Interval::required).count();
        byInvocation = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            byInvocation.add(i);
        }
        byInvocation.sort(Comparator.comparingLong(i -> history.get(i).invoked()));
    }

    /** Checks a history of one thing. */
    static <S, O> Verdict<S> check(Model<S, O> model, List<Interval<O>> history) {
        return new Linearizability<>(model, history).search();
    }

    private Verdict<S> search() {
        Prefix<S> longest = new Prefix<>(new Done<>(new BitSet(), model.initial()), 0, null, -1);
        Set<Done<S>> tried = new HashSet<>();
        Deque<Prefix<S>> open = new ArrayDeque<>();
        open.push(longest);
        tried.add(longest.done());
        while (!open.isEmpty() && tried.size() < MOST_TRIED) {
            Prefix<S> prefix = open.pop();
            if (prefix.requiredCount() > longest.requiredCount()) {
                longest = prefix;
            }
            if (prefix.requiredCount() == requiredCount) {
                return new Verdict<>(true, true, prefix.order(), prefix.done().state());
            }
            for (int next : candidates(prefix.done().operations())) {
                for (Prefix<S> longer : longer(prefix, next)) {
                    if (tried.add(longer.done())) {
                        open.push(longer);
                    }
                }
            }
        }
        return new Verdict<>(
                false, open.isEmpty(), longest.order(), longest.done().state());
    }

    /**
     * Returns the operations that may come next: no other, still to be done, had returned before they began. The most promising
     * come last.
     */
    private List<Integer> candidates(BitSet done) {
        List<Integer> candidates = new ArrayList<>();
        long end = Long.MAX_VALUE;
        for (int i : byInvocation) {
            Interval<O> interval = history.get(i);
            if (interval.invoked() > end) {
                break;
            }
            if (!done.get(i)) {
                candidates.add(i);
                end = interval.required() ? Math.min(end, interval.returned()) : end;
            }
        }
        candidates.sort(Comparator.comparing((Integer i) -> history.get(i).required())
                .thenComparing(i -> history.get(i).returned(), Comparator.reverseOrder()));
        return candidates;
    }

    private List<Prefix<S>> longer(Prefix<S> prefix, int next) {
        Interval<O> interval = history.get(next);
        S before = prefix.done().state();
        List<Prefix<S>> longer = new ArrayList<>();
        for (S state : model.next(before, interval.operation())) {
            if (!interval.required() && state.equals(before)) {
                continue; // as well left out
            }
            BitSet operations = (BitSet) prefix.done().operations().clone();
            operations.set(next);
            longer.add(new Prefix<>(
                    new Done<>(operations, state),
                    prefix.requiredCount() + (interval.required() ? 1 : 0),
                    prefix,
                    next));
        }
        return longer;
    }
}
