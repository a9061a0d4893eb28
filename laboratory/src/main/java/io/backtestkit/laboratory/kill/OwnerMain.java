package io.backtestkit.laboratory.kill;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.store.SignalStore;
import io.backtestkit.testkit.SampleSignals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** An owner in a process of its own: claims the slot, then does one step after the other, until it is killed or succeeded. */
final class OwnerMain {

    /** The slot of every owner. */
    static final SignalKey KEY = SampleSignals.key();

    static final String CLAIMED = "claimed";
    static final String DONE = "done";
    static final String LOST = "lost";
    static final String FAILED = "failed ";

    private OwnerMain() {}

    /** Takes the class that opens, the location, the lease, how long to rest after each step, and the first number. */
    public static void main(String[] arguments) {
        try (SignalStore store = Place.open(arguments[0], arguments[1])) {
            work(
                    store,
                    Duration.parse(arguments[2]),
                    Duration.parse(arguments[3]).toNanos(),
                    Long.parseLong(arguments[4]));
        } catch (ClaimLostException e) {
            say(LOST);
        } catch (RuntimeException e) {
            say(FAILED + e);
        }
    }

    private static void work(SignalStore store, Duration lease, long rest, long first) {
        Claims claims = store.claims().orElseThrow();
        ClaimAnswer answer = claims.claim(KEY, ProcessOwner.name(), lease);
        if (!(answer instanceof ClaimAnswer.Granted)) {
            throw new IllegalStateException(answer.toString());
        }
        Claim claim = answer.claim();
        say(CLAIMED);
        for (Step step = Step.first(first); ; step = step.next()) {
            step.act(claims, claim, lease);
            say(DONE);
            if (rest > 0) {
                LockSupport.parkNanos(rest);
            }
        }
    }

    /** Says a line at once and in one piece. When nobody listens any more, this process has no purpose and ends. */
    static void say(String line) {
        byte[] bytes = (line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        if (System.out.checkError()) {
            Runtime.getRuntime().halt(1);
        }
    }
}
