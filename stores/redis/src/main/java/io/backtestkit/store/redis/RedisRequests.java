package io.backtestkit.store.redis;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.lettuce.core.protocol.AsyncCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The requests a store makes of the server, without the store: built when asked for, and sent when called, each once, by the
 * driver alone. So it can be told what the store's own work costs. A call waits for the answer, thirty seconds at most, says
 * whether what was asked for was done, and throws what the driver throws. The server must know the scripts, which it does as
 * soon as a store has written and deleted there. Calls for one slot are made in the order in which they were asked for;
 * apart from that any thread may make them.
 */
public final class RedisRequests {

    /** How many signals {@link #writeAll} takes at most. */
    public static final int MOST_TOGETHER = RedisChanges.SIGNALS_TOGETHER;

    private static final long LONGEST_SECONDS = 30;

    private final SharedConnection.Session session;
    private final RedisNames names;
    private final RedisChanges changes;

    RedisRequests(SharedConnection.Session session, SharedConnection shared, RedisNames names, RedisOptions options) {
        this.session = session;
        this.names = names;
        changes = new RedisChanges(shared, names, options);
    }

    /** Returns the script that writes a signal without a claim; false if the slot is another's, or damaged. */
    public Callable<Boolean> write(Signal signal) {
        return called(List.of(changes.writing(null, signal)));
    }

    /** Returns the {@code HGETALL} of a slot; false if it is free. */
    public Callable<Boolean> read(SignalKey key) {
        String name = names.name(RedisSignalStore.RECORD, key);
        return () -> !answer(session.commands().hgetall(name)).isEmpty();
    }

    /** Returns the script that frees a slot without a claim; false if it is another's, or damaged. */
    public Callable<Boolean> delete(SignalKey key) {
        return called(List.of(changes.slot(RedisScripts.DELETE, key, null)));
    }

    /**
     * Returns the script that writes several signals of different slots; in a cluster one script each, sent without waiting.
     *
     * @throws IllegalArgumentException if they are more than {@link #MOST_TOGETHER}
     */
    public Callable<Boolean> writeAll(List<Signal> signals) {
        if (signals.size() > MOST_TOGETHER) {
            throw new IllegalArgumentException("Cannot write " + signals.size()
                    + " signals by one request: it takes up to " + MOST_TOGETHER + ".");
        }
        if (names.clustered()) {
            return called(signals.stream()
                    .map(signal -> changes.writing(null, signal))
                    .toList());
        }
        RedisScripts.Run run = changes.writing(null);
        signals.forEach(signal -> changes.addSignal(run, signal));
        return called(List.of(run));
    }

    private Callable<Boolean> called(List<RedisScripts.Run> runs) {
        List<AsyncCommand<String, byte[], byte[]>> commands =
                runs.stream().map(RedisScripts.Run::byDigest).toList();
        return () -> {
            commands.forEach(session.connection()::dispatch);
            boolean done = true;
            for (String each : answers(commands)) {
                done &= RedisAnswer.of(each).isDone();
            }
            return done;
        };
    }

    private static List<String> answers(List<AsyncCommand<String, byte[], byte[]>> commands) throws Exception {
        List<String> answers = new ArrayList<>();
        for (AsyncCommand<String, byte[], byte[]> each : commands) {
            answers.addAll(List.of(RedisScripts.text(answer(each)).split("\n", -1)));
        }
        return answers;
    }

    private static <T> T answer(Future<T> asked) throws Exception {
        return asked.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }
}
