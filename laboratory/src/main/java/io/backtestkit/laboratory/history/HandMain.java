package io.backtestkit.laboratory.history;

import io.backtestkit.signal.SignalKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The program of a {@link ProcessHand}. Its first line of input is a location; each of the others is a call, led by strategy
 * and symbol, and is answered by a line.
 */
final class HandMain {

    static final String OPEN = "open";

    private static final Logger STORES = Logger.getLogger("io.backtestkit.store");

    private HandMain() {}

    public static void main(String[] arguments) throws IOException {
        STORES.setLevel(Level.OFF);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Hand hand = new StoreHand(Places.opened(orders.readLine()), true)) {
            say(OPEN);
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                String[] parts = order.split("\t", 3);
                say(hand.make(new SignalKey(parts[0], parts[1]), Call.parse(parts[2]))
                        .line());
            }
        }
    }

    private static void say(String answer) {
        byte[] line = (answer + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(line, 0, line.length);
        System.out.flush();
    }
}
