package io.backtestkit.laboratory;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs all cases of an experiment on several threads, tells how far it is, and remembers what is done. */
public final class Run {

    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Experiment experiment;
    private final int threads;
    private final @Nullable Checkpoint checkpoint;
    private final PrintStream out;
    private long told = System.nanoTime();

    /** Prepares a run; without a checkpoint it begins at the beginning. */
    public Run(Experiment experiment, int threads, @Nullable Checkpoint checkpoint, PrintStream out) {
        this.experiment = experiment;
        this.threads = threads;
        this.checkpoint = checkpoint;
        this.out = out;
    }

    /** Runs what is not done yet and returns the result, that of earlier runs included. */
    public Tally run() {
        Tally tally = new Tally();
        List<String> open = new ArrayList<>(experiment.cases());
        int all = open.size();
        if (checkpoint != null) {
            checkpoint.done().forEach((name, tried) -> {
                if (open.remove(name)) {
                    tally.tried(tried);
                }
            });
        }
        if (open.size() < all) {
            out.println(experiment.name() + ": goes on after " + (all - open.size()) + " of " + all + " cases");
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CompletionService<Tally> running = new ExecutorCompletionService<>(pool);
            open.forEach(name -> running.submit(() -> runCase(name)));
            for (int done = all - open.size(); done < all; done++) {
                Optional<Tally> ended = next(running);
                while (ended.isEmpty()) {
                    tell(done, all, tally);
                    ended = next(running);
                }
                add(tally, ended.get());
                if (System.nanoTime() - told > PROGRESS_NANOS) {
                    tell(done + 1, all, tally);
                }
            }
        } finally {
            pool.shutdownNow();
        }
        if (checkpoint != null && tally.bad().isEmpty()) {
            checkpoint.forget();
        }
        return tally;
    }

    private Tally runCase(String name) {
        Tally tally = new Tally();
        try {
            experiment.run(name, tally);
        } catch (RuntimeException e) {
            throw new IllegalStateException("Cannot run case " + name + " of " + experiment.name() + ": " + e, e);
        }
        if (checkpoint != null && tally.bad().isEmpty() && tally.notRun().isEmpty()) {
            checkpoint.add(name, tally.triedCount());
        }
        return tally;
    }

    /** Waits for whichever case ends next; empty if it is time to tell how far it is. */
    private static Optional<Tally> next(CompletionService<Tally> running) {
        try {
            Future<Tally> ended = running.poll(PROGRESS_NANOS, TimeUnit.NANOSECONDS);
            return ended == null ? Optional.empty() : Optional.of(ended.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The run was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse("It failed."), e);
        }
    }

    private void tell(int done, int all, Tally soFar) {
        told = System.nanoTime();
        out.println(experiment.name() + ": " + done + " of " + all + " cases, tried=" + soFar.triedCount() + " bad="
                + soFar.bad().size());
    }

    private void add(Tally to, Tally from) {
        to.tried(from.triedCount());
        from.notes().forEach(note -> {
            to.note(note);
            out.println(note);
        });
        from.bad().forEach(bad -> {
            to.bad(bad.name(), bad.found());
            out.println(bad);
        });
        from.notRun().forEach(missing -> {
            to.notRun(missing.name(), missing.why());
            out.println(missing);
        });
    }
}
