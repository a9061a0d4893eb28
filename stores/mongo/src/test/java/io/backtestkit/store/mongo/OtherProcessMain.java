package io.backtestkit.store.mongo;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;

/** A process that opens a store when told, and writes: once, or until it is killed. */
final class OtherProcessMain {

    private OtherProcessMain() {}

    /** Takes {@code open|write}, {@code checked|unchecked}, the location and a name; begins at a line from outside. */
    public static void main(String[] arguments) throws IOException {
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        if (arguments[0].equals("open")) {
            openAndWrite(arguments[1], arguments[2], arguments[3]);
        } else {
            writeUntilKilled(open(arguments[1], arguments[2]), arguments[3]);
        }
    }

    private static SignalStore open(String kind, String location) {
        return kind.equals("unchecked") ? Unchecked.open(location) : SignalStores.open(location);
    }

    static void openAndWrite(String kind, String location, String strategy) {
        SignalKey key = new SignalKey(strategy, "BTCUSDT");
        try (SignalStore store = open(kind, location)) {
            store.write(key, SampleSignals.openLong(key).build());
        }
    }

    /** Every part of the record carries the number, so that a torn one would show. */
    static Signal numbered(SignalKey key, String name, int number) {
        String mark = name + "-" + number;
        return SampleSignals.fullyFilled(key).id(mark).note(mark.repeat(200)).build();
    }

    private static void writeUntilKilled(SignalStore store, String name) {
        SignalKey key = SampleSignals.key();
        for (int number = 0; ; number++) {
            store.write(key, numbered(key, name, number));
            System.out.println(number);
        }
    }
}
