package io.backtestkit.laboratory.kill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An {@link OwnerMain} at work, and how much of its work is acknowledged. */
final class Owner implements AutoCloseable {

    private static final int MOST_AFTER_THE_END = 2_000;

    private final ChildProcess process;
    private int acknowledged;
    private boolean lost;

    private Owner(ChildProcess process) {
        this.process = process;
    }

    /** Starts one that begins with that number and rests after each step; returns once it has the slot. */
    static Owner start(Place place, Duration lease, Duration rest, long first) {
        Owner owner = new Owner(ChildProcess.start(
                OwnerMain.class,
                List.of(
                        place.opener().getName(),
                        place.location(),
                        lease.toString(),
                        rest.toString(),
                        String.valueOf(first))));
        Optional<String> line = owner.process.line();
        if (!line.equals(Optional.of(OwnerMain.CLAIMED))) {
            owner.close();
            throw new AssertionError("an owner cannot begin: " + line.orElse("it ended"));
        }
        return owner;
    }

    /** Waits until so many steps are acknowledged. */
    void await(int steps) {
        while (acknowledged < steps) {
            if (!hear()) {
                throw new AssertionError("an owner ended after " + acknowledged + " steps");
            }
        }
    }

    /** Returns false if there is no more to be heard. */
    private boolean hear() {
        Optional<String> line = process.line();
        if (line.equals(Optional.of(OwnerMain.DONE))) {
            acknowledged++;
        } else if (line.equals(Optional.of(OwnerMain.LOST))) {
            lost = true;
        } else if (line.isPresent()) {
            throw new AssertionError("an owner after " + acknowledged + " steps " + line.get());
        }
        return line.isPresent();
    }

    /** Hears it out, which must come to an end soon, and returns how many steps are acknowledged. */
    int outcome() {
        int most = acknowledged + MOST_AFTER_THE_END;
        while (hear()) {
            if (acknowledged > most) {
                throw new AssertionError("an owner that was succeeded went on for " + MOST_AFTER_THE_END + " steps");
            }
        }
        process.end();
        return acknowledged;
    }

    /** Kills it, and returns how many steps are acknowledged. */
    int kill() {
        process.kill();
        return outcome();
    }

    /** Returns how many steps have been heard of. */
    int acknowledged() {
        return acknowledged;
    }

    /** Says whether it was told that it has lost the slot. */
    boolean lost() {
        return lost;
    }

    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    /** Says what an owner that is gone has said at last, if it is. */
    private void signal(String name) {
        if (!process.signal(name)) {
            outcome();
            throw new AssertionError("an owner ended after " + acknowledged + " steps");
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
