package io.backtestkit.laboratory.kill;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreUnavailableException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An owner in this process, with a slot of its own, that works until its server is gone. */
final class Writer {

    private final SignalKey key;
    private final Ledger ledger;
    private final AtomicLong acknowledged = new AtomicLong();
    private Claim claim;
    private volatile boolean stopped;
    private volatile boolean unknown;
    private volatile @Nullable String fault;

    Writer(SignalStore store, SignalKey key, Ledger ledger) {
        this.key = key;
        this.ledger = ledger;
        claim = claims(store).claim(key, ProcessOwner.name(), Succession.LEASE).claim();
    }

    private static Claims claims(SignalStore store) {
        return store.claims().orElseThrow();
    }

    /** Returns how many steps were ever acknowledged. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Lets {@link #work} return, if the server was back so soon that it noticed nothing. */
    void stop() {
        stopped = true;
    }

    /** Does one step after the other. */
    void work(SignalStore store) {
        stopped = false;
        unknown = false;
        try {
            while (!stopped) {
                ledger.next().act(claims(store), claim, Succession.LEASE);
                ledger.acknowledge();
                acknowledged.incrementAndGet();
            }
        } catch (StoreUnavailableException e) {
            unknown = e.mayHaveHappened();
        } catch (RuntimeException e) {
            fault = "under the kill of a server it throws " + e;
        }
    }

    /** Throws unless everything acknowledged is there, the claim too. */
    void examine(SignalStore store) {
        if (fault != null) {
            throw new AssertionError(fault);
        }
        State found = State.of(store, key);
        ledger.found(found, unknown);
        Succession.requireHeld(claims(store), claim);
    }

    /** Lets another owner take the slot over, and goes on in its name. */
    void giveWay(SignalStore store) {
        Claim successor = Succession.takeOver(claims(store), claim);
        Succession.requireRefused(store, claim, successor);
        claim = successor;
    }
}
