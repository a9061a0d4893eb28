package io.backtestkit.store.mongo;

import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.time.Duration;

/** A process that opens a store when told, and trades under a claim until it is killed or succeeded. */
final class OtherProcessMain {

    /** Every so many signals, one ends. */
    static final int ENDS = 4;

    private OtherProcessMain() {}

    /** Takes {@code checked|unchecked}, the location, a name and a lease; begins at a line from outside. */
    public static void main(String[] arguments) throws IOException {
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        trade(open(arguments[0], arguments[1]), arguments[2], Duration.parse(arguments[3]));
    }

    private static SignalStore open(String kind, String location) {
        return kind.equals("unchecked") ? Unchecked.open(location) : SignalStores.open(location);
    }

    /** Every part of the record carries the number, so that a torn one would show. */
    static Signal numbered(String name, int number) {
        String mark = name + "-" + number;
        return SampleSignals.fullyFilled(SampleSignals.key())
                .id(mark)
                .note(mark.repeat(200))
                .build();
    }

    /** Says the number of each change once it is done: the even ones write, the odd ones end what was written. */
    private static void trade(SignalStore store, String name, Duration lease) {
        Claims claims = store.claims().orElseThrow();
        ClaimAnswer answer = claims.claim(SampleSignals.key(), ProcessOwner.name(), lease);
        if (!(answer instanceof ClaimAnswer.Granted)) {
            throw new IllegalStateException(answer.toString());
        }
        Claim claim = answer.claim();
        try {
            for (int number = 0; ; number++) {
                claims.write(claim, numbered(name, number));
                System.out.println(2 * number);
                if (number % ENDS == ENDS - 1) {
                    claims.end(claim, SampleSignals.closed(numbered(name, number)));
                    System.out.println(2 * number + 1);
                }
            }
        } catch (ClaimLostException e) {
            System.out.println("lost");
        }
    }
}
