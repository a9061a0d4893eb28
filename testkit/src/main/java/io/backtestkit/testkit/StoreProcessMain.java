package io.backtestkit.testkit;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.store.RetryingSignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The program of the kit's other processes. Its arguments are the class of a {@link StoreOpener}, a location and the
 * writer's name; its orders come line by line: {@code open}, {@code work ROUNDS}, {@code look WRITTEN WRITER...}, {@code write}
 * (until it is killed), {@code close}. Each is answered by a line; {@code write} by one for every write that has returned.
 */
public final class StoreProcessMain {

    /** The slot that every process writes. */
    static final SignalKey SHARED = new SignalKey("processes", "SHARED");

    /** The slot in which every writer ends signals of its own. */
    static final SignalKey ENDED = new SignalKey("ended", "SHARED");

    /** The slot in which every writer ends the same signals. */
    static final SignalKey ENDED_BY_ALL = new SignalKey("ended by all", "SHARED");

    /** How an answer begins after {@code open}, if the store threw. */
    static final String FAILED = "failed ";

    /** Like the engine, but more patient: many processes may be in each other's way. */
    private static final RetryPolicy PATIENT = new RetryPolicy(30, Duration.ofMillis(20), Duration.ofMillis(500));

    private static final PrintStream ANSWERS = System.out;

    private final StoreOpener opener;
    private final String location;
    private final String writer;
    private @Nullable SignalStore store;
    private long written;

    private StoreProcessMain(StoreOpener opener, String location, String writer) {
        this.opener = opener;
        this.location = location;
        this.writer = writer;
    }

    /** Returns the slot that only that writer uses. */
    static SignalKey own(String writer) {
        return new SignalKey("processes", writer);
    }

    /** Returns the slot that only that writer uses, and that it leaves free. */
    static SignalKey freed(String writer) {
        return new SignalKey("freed", writer);
    }

    /** Returns what that writer alone ends in that round, in a slot that all of them use. */
    static ClosedSignal ended(String writer, long round) {
        return SampleSignals.closed(MarkedSignals.marked(ENDED, writer, round));
    }

    /** Returns what every writer ends in that round: the first of them logs it. */
    static ClosedSignal endedByAll(long round) {
        return SampleSignals.closed(MarkedSignals.marked(ENDED_BY_ALL, "round", round));
    }

    /** Obeys until its input ends. */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        System.setOut(System.err); // the store and its client may print; an answer is a line that is said
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true); // so that an opener may be a private class of a test
        StoreProcessMain process =
                new StoreProcessMain((StoreOpener) constructor.newInstance(), arguments[1], arguments[2]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        say("ready");
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            process.obey(order);
        }
    }

    private void obey(String order) {
        String[] words = order.split(" ");
        switch (words[0]) {
            case "open" -> open();
            case "work" -> work(Integer.parseInt(words[1]));
            case "look" -> look(Long.parseLong(words[1]), List.of(words).subList(2, words.length));
            case "write" -> writeUntilKilled();
            case "close" -> {
                opened().close();
                say("closed");
            }
            default -> throw new IllegalArgumentException("unknown order: " + order);
        }
    }

    private void open() {
        try {
            store = new RetryingSignalStore(Patiently.get(() -> opener.open(location)), PATIENT);
            say("opened");
        } catch (SignalStoreException e) {
            say(FAILED + e.getClass().getSimpleName() + " "
                    + String.valueOf(e.getMessage()).replaceAll("\\R", " "));
        }
    }

    private SignalStore opened() {
        if (store == null) {
            throw new IllegalStateException("the store is not open");
        }
        return store;
    }

    private void work(int rounds) {
        for (int round = 0; round < rounds; round++) {
            written++;
            Signal own = MarkedSignals.marked(own(writer), writer, written);
            Signal freed = MarkedSignals.marked(freed(writer), writer, written);
            write(own);
            write(freed);
            write(MarkedSignals.marked(SHARED, writer, written));
            expect(own, read(own.key()));
            expect(freed, read(freed.key()));
            opened().delete(freed.key());
            if (read(freed.key()).isPresent()) {
                throw new AssertionError(freed.key() + " is there after it was deleted");
            }
            opened().end(ended(writer, written));
            opened().end(endedByAll(written));
            Signal shared =
                    read(SHARED).orElseThrow(() -> new AssertionError(SHARED + " is absent, though none deletes it"));
            if (!MarkedSignals.isWhole(shared)) {
                throw new AssertionError(SHARED + " is a mixture of two writes: " + shared + ", " + shared.note());
            }
        }
        say("worked " + written);
    }

    /** Reads what the others have left behind their latest round: what it knows from an earlier look is out of date. */
    private void look(long round, List<String> writers) {
        for (String other : writers) {
            Signal own = MarkedSignals.marked(own(other), other, round);
            expect(own, read(own.key()));
            if (read(freed(other)).isPresent()) {
                throw new AssertionError(freed(other) + " is there after " + other + " has deleted it");
            }
            EndedSignal ended = ended(other, round);
            opened().tradeLog().map(log -> log.trades(ENDED)).ifPresent(trades -> {
                if (!trades.contains(ended)) {
                    throw new AssertionError("trades of " + ENDED + " were " + trades + ", without " + ended);
                }
            });
        }
        say("looked");
    }

    private void writeUntilKilled() {
        while (true) {
            written++;
            write(MarkedSignals.marked(own(writer), writer, written));
            say(Long.toString(written));
        }
    }

    private void write(Signal signal) {
        opened().write(signal.key(), signal);
    }

    private Optional<Signal> read(SignalKey key) {
        return opened().read(key);
    }

    private static void expect(Signal written, Optional<Signal> read) {
        if (!read.equals(Optional.of(written))) {
            throw new AssertionError("read of " + written.key() + " was " + read + ", not " + written
                    + ", the last write of the only process that writes it");
        }
    }

    private static void say(String answer) {
        byte[] line = (answer + "\n").getBytes(StandardCharsets.UTF_8);
        ANSWERS.write(line, 0, line.length);
        ANSWERS.flush();
    }
}
