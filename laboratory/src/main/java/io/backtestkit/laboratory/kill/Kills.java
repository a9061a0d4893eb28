package io.backtestkit.laboratory.kill;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.testkit.StoreOpener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Kills owners, kills servers and puts owners to sleep, all in the middle of changes. A case is what is done, the store, and a
 * number that the moments are drawn from: {@code client/postgres/7}. In one case there are several kills in one place, one after
 * the other.
 */
public final class Kills implements Experiment, AutoCloseable {

    private final int kills;
    private final Places places;

    /** What is done in a case. */
    private enum Deed {
        SERVER(10),
        PAUSED(5),
        CLIENT(25);

        private final int inACase;

        Deed(int inACase) {
            this.inACase = inACase;
        }

        boolean suits(StoreKind kind) {
            return this != SERVER || kind.canBeKilled();
        }

        int inACase(int all) {
            return Math.min(inACase, all);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Kills so many owners on each store, rounded up to whole cases, and a tenth as often each server and each sleeper. */
    public Kills(int kills) {
        this(kills, StoreOpener.ByLocation.class);
    }

    /** The same on stores that are opened by that class. */
    Kills(int kills, Class<? extends StoreOpener> opener) {
        this.kills = kills;
        places = new Places(opener);
    }

    @Override
    public String name() {
        return "kills";
    }

    @Override
    public String unit() {
        return "kills and pauses";
    }

    private int trials(Deed deed) {
        return deed == Deed.CLIENT ? kills : Math.max(1, kills / 10);
    }

    /** Neighbours are on different stores, so that those at work at the same time are. */
    @Override
    public List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (Deed deed : Deed.values()) {
            int inACase = deed.inACase(trials(deed));
            for (int number = 1; (number - 1) * inACase < trials(deed); number++) {
                for (StoreKind kind : StoreKind.values()) {
                    if (deed.suits(kind)) {
                        cases.add(deed + "/" + kind + "/" + number);
                    }
                }
            }
        }
        return cases;
    }

    @Override
    public void run(String name, Tally tally) {
        String[] parts = name.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("There is no case '" + name + "'.");
        }
        Deed deed = Deed.valueOf(parts[0].toUpperCase(Locale.ROOT));
        StoreKind kind = StoreKind.named(parts[1]);
        if (kind == StoreKind.MONGO && parts[2].equals("1")) {
            tally.note(name + ": on an emulator in this process, which proves nothing about a real server");
        }
        SplittableRandom random = new SplittableRandom(name.hashCode());
        if (deed == Deed.SERVER) {
            try (Trials trials = new ServerKills(places, kind, random)) {
                run(name, trials, deed.inACase(trials(deed)), tally);
            }
            return;
        }
        try (Place place = places.make(kind);
                Trials trials =
                        deed == Deed.CLIENT ? new ClientKills(place, random) : new PausedOwners(place, random)) {
            run(name, trials, deed.inACase(trials(deed)), tally);
        }
    }

    /** What comes after a bad trial would tell nothing. */
    private static void run(String name, Trials trials, int count, Tally tally) {
        for (int number = 1; number <= count; number++) {
            tally.tried();
            try {
                trials.next();
            } catch (AssertionError e) {
                tally.bad(name, "the " + number + ". time " + e.getMessage());
                return;
            } catch (SignalStoreException e) {
                tally.bad(name, "the " + number + ". time it throws " + e);
                return;
            }
        }
    }

    /** Stops the servers; without it they stop with this process. */
    @Override
    public void close() {
        places.close();
    }
}
