package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.file.FileSignalStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the power of a real file system while a store is being written to, mounts it again and opens the store. A case is a
 * file system and a number, {@code ext4/17}; what is done is drawn from that number, and when the cut comes as well. Needs
 * Linux, root, {@code mkfs.ext4}, {@code mkfs.xfs} and Perl.
 */
public final class PowerCuts implements Experiment {

    private static final int MOST_MICROS = 30_000;

    private final int cuts;

    /** Makes so many cuts of each file system. */
    public PowerCuts(int cuts) {
        this.cuts = cuts;
    }

    @Override
    public String name() {
        return "power-cuts";
    }

    @Override
    public String unit() {
        return "cuts";
    }

    @Override
    public List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (String type : List.of("ext4", "xfs")) {
            for (int number = 1; number <= cuts; number++) {
                cases.add(type + "/" + number);
            }
        }
        return cases;
    }

    @Override
    public void run(String name, Tally tally) {
        int slash = name.indexOf('/');
        SplittableRandom random = new SplittableRandom(Long.parseLong(name.substring(slash + 1)));
        try (LoopDisk disk = LoopDisk.make(name.substring(0, slash))) {
            Path data = disk.folder().resolve("data");
            Writing writing = new Writing(data, random.split());
            Thread writer = new Thread(writing, "writer");
            writer.start();
            try {
                writing.awaitOpen();
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MOST_MICROS)));
                disk.cutPower(writing::cutting);
            } finally {
                writing.stop();
                writer.join();
            }
            disk.mountAgain();
            tally.tried();
            writing.fault().ifPresent(found -> tally.bad(name, found));
            examine(name, data, writing.possible(), tally);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The experiment was interrupted.", e);
        }
    }

    private static void examine(String name, Path data, List<Snapshot> possible, Tally tally) {
        try (SignalStore store = FileSignalStore.open(data)) {
            Snapshot said = Snapshot.of(store);
            if (!possible.contains(said)) {
                tally.bad(name, "it says " + said + ", possible is " + possible);
            }
        } catch (SignalStoreException e) {
            tally.bad(name, "it throws " + e);
        }
    }

    /** A program that changes a store until the store cannot go on. */
    private static final class Writing implements Runnable {

        private static final List<Act> ACTS = List.of(
                Act.WRITE,
                Act.WRITE,
                Act.WRITE_LARGE,
                Act.WRITE_NEIGHBOUR,
                Act.WRITE_ELSEWHERE,
                Act.DELETE,
                Act.END,
                Act.LOG);

        private final Path data;
        private final SplittableRandom random;
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile boolean stopped;
        private volatile boolean cutting;
        private volatile @Nullable String fault;
        private volatile List<Snapshot> possible = List.of(Snapshot.NOTHING);

        Writing(Path data, SplittableRandom random) {
            this.data = data;
            this.random = random;
        }

        void awaitOpen() throws InterruptedException {
            open.await();
        }

        List<Snapshot> possible() {
            return possible;
        }

        /** Returns what was thrown that a store must not throw. */
        Optional<String> fault() {
            return Optional.ofNullable(fault);
        }

        void stop() {
            stopped = true;
        }

        /** Notes that the power may go any moment: what is acknowledged from now on may have been too late. */
        void cutting() {
            cutting = true;
        }

        @Override
        public void run() {
            try (Hand hand = Hand.open(data)) {
                open.countDown();
                Snapshot present = Snapshot.NOTHING;
                for (int number = 1; !stopped; number++) {
                    Act act = ACTS.get(random.nextInt(ACTS.size()));
                    List<Snapshot> outcomes = act.outcomes(present, present, "s" + number);
                    possible = cutting ? both(possible, outcomes) : outcomes;
                    act.run(hand, present, "s" + number);
                    present = outcomes.get(outcomes.size() - 1);
                    if (!cutting) {
                        possible = List.of(present);
                    }
                }
            } catch (SignalStoreException e) {
                // the power is gone, or will be in a moment
            } catch (RuntimeException e) {
                fault = "it throws " + e;
            } finally {
                open.countDown();
            }
        }

        private static List<Snapshot> both(List<Snapshot> some, List<Snapshot> others) {
            return Stream.concat(some.stream(), others.stream()).toList();
        }
    }
}
