package io.backtestkit.laboratory.kill;

import io.backtestkit.store.SignalStore;
import java.io.IOException;

/** Opens a store, says so, and waits for a line to make one change; says when that is acknowledged. */
final class OperationMain {

    static final String READY = "ready";

    private OperationMain() {}

    /** Takes the class that opens, the location, and the change. */
    public static void main(String[] arguments) throws IOException {
        try (SignalStore store = Place.open(arguments[0], arguments[1])) {
            OwnerMain.say(READY);
            if (System.in.read() >= 0) {
                Operation.valueOf(arguments[2]).run(store);
                OwnerMain.say(OwnerMain.DONE);
                Runtime.getRuntime().halt(0);
            }
        }
    }
}
