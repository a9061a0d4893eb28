package io.backtestkit.laboratory.network;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.servers.Server;
import io.backtestkit.servers.ServerKind;
import io.backtestkit.servers.SharedServers;
import io.backtestkit.store.SignalStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Trades live through a network that fails: it swallows, cuts, resets, delays, refuses. Every call of which the outcome is unknown
 * is settled by reading back; nothing may be lost or doubled, and the trades must be those of an uninterrupted backtest, but
 * for entries that could not be taken while the store was away.
 */
public final class Network implements Experiment, AutoCloseable {

    private static final List<String> SERVERS = List.of("redis", "postgres", "mongo");
    private static final int SEEDS_IN_A_CASE = 10;

    private final int size;
    private final UnaryOperator<SignalStore> planted;
    private final SharedServers servers = new SharedServers();

    /** Sets how many sessions trade on each server. */
    public Network(int size) {
        this(size, store -> store);
    }

    /** Lets a mistake be planted in the store, to see that it is found. */
    Network(int size, UnaryOperator<SignalStore> planted) {
        this.size = size;
        this.planted = planted;
    }

    @Override
    public String name() {
        return "network";
    }

    @Override
    public String unit() {
        return "sessions";
    }

    @Override
    public List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (int first = 0; first < size; first += SEEDS_IN_A_CASE) {
            int last = Math.min(size, first + SEEDS_IN_A_CASE) - 1;
            for (String server : SERVERS) {
                cases.add(server + "/" + first + "-" + last);
            }
        }
        return cases;
    }

    /** Runs a case, {@code redis/10-19}, or one session, {@code redis/17}. */
    @Override
    public void run(String name, Tally tally) {
        String[] parts = name.split("[/-]");
        Server server = server(parts[0]);
        int first = Integer.parseInt(parts[1]);
        int last = parts.length > 2 ? Integer.parseInt(parts[2]) : first;
        NetworkTrial.Counts counts = NetworkTrial.Counts.NONE;
        for (int seed = first; seed <= last; seed++) {
            NetworkTrial trial = new NetworkTrial(server, seed, planted);
            String single = parts[0] + "/" + seed;
            trial.run().ifPresent(found -> tally.bad(single, found));
            tally.tried();
            counts = counts.plus(trial.counts());
        }
        tally.note(name + ": " + counts.faults() + " faults, " + counts.failedCalls() + " calls failed, of these "
                + counts.unknown() + " with unknown outcome; " + counts.refused() + " refused");
    }

    private Server server(String name) {
        if (!SERVERS.contains(name)) {
            throw new IllegalArgumentException("There is no case of the server '" + name + "'.");
        }
        return servers.get(ServerKind.valueOf(name.toUpperCase(Locale.ROOT)));
    }

    /** Ends the servers; otherwise they end with the program. */
    @Override
    public void close() {
        servers.close();
    }
}
