package io.backtestkit.store.redis;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import io.lettuce.core.protocol.AsyncCommand;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends scripts without waiting for each answer: while some are answered the next are made. Used by one thread, once. Once
 * the server has failed nothing more is sent, and once an answer is overdue the rest are not waited for.
 */
final class RedisPipeline {

    private static final int SENDINGS_UNDER_WAY = 4;

    /** One run of a script that changes several slots, and the request for each. */
    record Batch(RedisScripts.Run run, List<Request> requests) {

        Batch(RedisScripts.Run run) {
            this(run, new ArrayList<>());
        }
    }

    private record Sent(Batch batch, AsyncCommand<String, byte[], byte[]> command) {}

    private final SharedConnection connection;
    private final Deque<List<Sent>> underWay = new ArrayDeque<>();
    private Duration longest;
    private @Nullable SignalStoreException thrown;
    private boolean serverFailed;

    RedisPipeline(SharedConnection connection, Duration longest) {
        this.connection = connection;
        this.longest = longest;
    }

    /** Sends them in one go; waits for earlier answers if too many are outstanding. */
    void send(List<Batch> batches) {
        if (underWay.size() == SENDINGS_UNDER_WAY) {
            underWay.remove().forEach(this::answer);
        }
        if (batches.isEmpty() || serverFailed) {
            return;
        }
        List<Sent> sending = batches.stream()
                .map(batch -> new Sent(batch, batch.run().byDigest()))
                .toList();
        try {
            connection.send(
                    batches.get(0).requests().get(0),
                    sending.stream().map(Sent::command).toList());
            underWay.add(sending);
        } catch (SignalStoreException e) {
            failed(e);
        }
    }

    /**
     * Waits for all answers and throws the first failure, the others suppressed in it; rather the first after which a change
     * may have been made, so that none is taken for certainly not made.
     */
    void finish() {
        underWay.forEach(sending -> sending.forEach(this::answer));
        if (thrown != null) {
            throw thrown;
        }
    }

    private void answer(Sent sent) {
        List<Request> requests = sent.batch().requests();
        try {
            String[] answers = text(sent).split("\n");
            for (int i = 0; i < answers.length; i++) {
                RedisAnswer answer = RedisAnswer.of(answers[i]);
                if (!answer.isDone()) {
                    failed(answer.failure(connection.store(), requests.get(i), null));
                }
            }
        } catch (SignalStoreException e) {
            failed(e);
            if (e.getCause() instanceof TimeoutException) {
                longest = Duration.ZERO;
            }
        }
    }

    private String text(Sent sent) {
        Request request = sent.batch().requests().get(0);
        try {
            return RedisScripts.text(connection.answer(request, sent.command(), longest));
        } catch (SignalStoreException e) {
            if (RedisScripts.isUnknownScript(e)) {
                return sent.batch().run().answer(connection, request);
            }
            throw e;
        }
    }

    private void failed(SignalStoreException failure) {
        serverFailed |= failure instanceof StoreUnavailableException;
        if (thrown == null) {
            thrown = failure;
        } else if (isUnknown(failure) && !isUnknown(thrown)) {
            failure.addSuppressed(thrown);
            thrown = failure;
        } else {
            thrown.addSuppressed(failure);
        }
    }

    private static boolean isUnknown(SignalStoreException failure) {
        return failure instanceof StoreUnavailableException unavailable && unavailable.mayHaveHappened();
    }
}
