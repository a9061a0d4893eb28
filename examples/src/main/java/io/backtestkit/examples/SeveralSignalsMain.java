package io.backtestkit.examples;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.SignalStores;
import java.time.Duration;
import java.util.Map;

/** Stores two signals at once, first while somebody else has one of the slots. Argument: the location of the store. */
public final class SeveralSignalsMain {

    private SeveralSignalsMain() {}

    /** Runs it. */
    public static void main(String[] args) {
        SignalKey bitcoin = new SignalKey("pair", "BTCUSD");
        SignalKey ether = new SignalKey("pair", "ETHUSD");
        try (SignalStore store = SignalStores.open(args[0])) {
            // tag::several[]
            Map<SignalKey, Signal> signals =
                    Map.of(bitcoin, ScheduledSignals.of(bitcoin), ether, ScheduledSignals.of(ether));

            Claims claims = store.claims().orElseThrow();
            Claim another =
                    claims.claim(ether, "another", Duration.ofMinutes(1)).claim();
            try {
                store.writeAll(signals);
            } catch (SignalStoreException e) {
                System.out.println("refused: " + e.getMessage());
            }
            System.out.println(store.keys().size() + " stored"); // PostgreSQL: 0 stored

            claims.release(another);
            store.writeAll(signals);
            System.out.println(store.keys().size() + " stored"); // 2 stored
            // end::several[]
        }
    }
}
