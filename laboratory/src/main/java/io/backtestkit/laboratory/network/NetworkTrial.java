package io.backtestkit.laboratory.network;

import io.backtestkit.event.Event;
import io.backtestkit.laboratory.session.Judgement;
import io.backtestkit.laboratory.session.LiveRun;
import io.backtestkit.laboratory.session.TurnStrategy;
import io.backtestkit.laboratory.session.WatchedStore;
import io.backtestkit.laboratory.world.Auditor;
import io.backtestkit.laboratory.world.Market;
import io.backtestkit.laboratory.world.Witness;
import io.backtestkit.servers.Server;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkProxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A session that trades through a network which fails at drawn calls, for a drawn number of calls, in a drawn way. */
final class NetworkTrial {

    /** The time-outs of a client that knows such short ones. */
    static final Duration TIMEOUT = Duration.ofMillis(500);

    /** The time-outs of the way without faults. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<Fault> FAULTS = List.of(Fault.values());
    private static final SignalKey KEY = new SignalKey("network", "BTCUSDT");
    private static final int MINUTES = 240;
    private static final int CALM_FROM = 200;
    private static final double FAULT_PER_CALL = 0.1;
    private static final int LONGEST_FAULT_CALLS = 8;
    private static final long LONGEST_OPENING_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Server server;
    private final UnaryOperator<SignalStore> planted;
    private final RandomGenerator random;
    private final LiveRun.Scene scene;
    private Fault fault = Fault.REFUSE;
    private int callsOfFault;
    private boolean calm;
    private boolean recovers = true;
    private String lastFailure = "none";
    private int faults;
    private int unavailable;
    private int unknown;
    private int refused;

    NetworkTrial(Server server, int seed, UnaryOperator<SignalStore> planted) {
        this.server = server;
        this.planted = planted;
        random = new SplittableRandom(seed);
        scene = new LiveRun.Scene(KEY, new TurnStrategy(seed % 2 == 1), Market.restless(MINUTES, random));
    }

    /** What the faults have done. */
    record Counts(int faults, int failedCalls, int unknown, int refused) {
        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts plus(Counts other) {
            return new Counts(
                    faults + other.faults,
                    failedCalls + other.failedCalls,
                    unknown + other.unknown,
                    refused + other.refused);
        }
    }

    Counts counts() {
        return new Counts(faults, unavailable, unknown, refused);
    }

    /** Trades, and returns what was wrong; empty if nothing was. */
    Optional<String> run() {
        String place = server.newPlace();
        try (SignalStore direct = opened(server.through(server.port(), place, PATIENCE));
                NetworkProxy proxy = new NetworkProxy(server.host(), server.port());
                SignalStore store = opened(server.through(proxy.port(), place, TIMEOUT))) {
            Witness witness = new Direct(direct);
            Auditor auditor = new Auditor(witness);
            LiveRun live = new LiveRun(scene, auditor::hear);
            SignalStore watched = WatchedStore.of(store, (name, call) -> {
                strike(proxy);
                return made(call);
            });
            live.trade(planted.apply(watched), minute -> beforeMinute(minute, live, proxy));
            auditor.processEnded();
            auditor.checkLog();
            return auditor.wrong().or(() -> unrecovered(live)).or(() -> Judgement.of(scene, live.events(), witness));
        }
    }

    /** A busy machine may need longer than the short time-outs to make the first connection. */
    private static SignalStore opened(String location) {
        long end = System.nanoTime() + LONGEST_OPENING_NANOS;
        while (true) {
            try {
                return SignalStores.open(location);
            } catch (StoreUnavailableException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
    }

    private Optional<String> unrecovered(LiveRun live) {
        boolean stopped = live.events().stream().anyMatch(Event.Stopped.class::isInstance);
        return recovers && stopped && !live.inTrouble()
                ? Optional.empty()
                : Optional.of(
                        "the session did not recover though the network did; the last failure was " + lastFailure);
    }

    private @Nullable Object made(WatchedStore.Call call) {
        try {
            return call.make();
        } catch (StoreUnavailableException e) {
            unavailable++;
            lastFailure = String.valueOf(e.getMessage());
            unknown += e.mayHaveHappened() ? 1 : 0;
            throw e;
        } catch (SignalStoreException e) {
            refused++;
            throw e;
        }
    }

    private void beforeMinute(int minute, LiveRun live, NetworkProxy proxy) {
        if (minute == CALM_FROM) {
            calm = true;
            callsOfFault = 0;
            fault.end(proxy);
        }
        if (callsOfFault == 0) {
            recovers &= live.allowRecovery(PAUSE);
        }
    }

    /** Before a call: begins, goes on with, or ends a fault. */
    private void strike(NetworkProxy proxy) {
        if (calm) {
            return;
        }
        if (callsOfFault > 0) {
            callsOfFault--;
            if (callsOfFault == 0) {
                fault.end(proxy);
            }
        } else if (random.nextDouble() < FAULT_PER_CALL) {
            faults++;
            callsOfFault = 1 + random.nextInt(LONGEST_FAULT_CALLS);
            fault = FAULTS.get(random.nextInt(FAULTS.size()));
            fault.begin(proxy, random);
        }
    }

    /** The store, by a way without faults. */
    private record Direct(SignalStore store) implements Witness {

        @Override
        public Optional<Signal> held() {
            return store.read(KEY);
        }

        @Override
        public List<EndedSignal> log() {
            return store.tradeLog().orElseThrow().trades(KEY);
        }
    }
}
