package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreUnavailableException;
import io.lettuce.core.protocol.AsyncCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends many scripts without waiting for each answer, a chunk at a time; while one chunk is answered the next is made. Used
 * by one thread, once. Once the server has failed nothing more is sent, and once an answer is overdue the rest are not
 * waited for.
 */
final class RedisPipeline {

    private static final int CHUNK = 200;

    private record Sent(Request request, RedisScripts.Run run, AsyncCommand<String, byte[], byte[]> command) {}

    private final SharedConnection connection;
    private List<Sent> filling = new ArrayList<>();
    private List<Sent> underWay = List.of();
    private Duration longest;
    private @Nullable SignalStoreException first;

    RedisPipeline(SharedConnection connection, Duration longest) {
        this.connection = connection;
        this.longest = longest;
    }

    void add(Request request, RedisScripts.Run run) {
        filling.add(new Sent(request, run, run.byDigest()));
        if (filling.size() == CHUNK) {
            next();
        }
    }

    /** Waits for all answers and throws the first failure, the others suppressed in it. */
    void finish() {
        next();
        next();
        if (first != null) {
            throw first;
        }
    }

    private void next() {
        List<Sent> before = underWay;
        underWay = filling;
        filling = new ArrayList<>();
        if (first instanceof StoreUnavailableException) {
            underWay = List.of();
        } else if (!underWay.isEmpty()) {
            try {
                connection.send(
                        underWay.get(0).request(),
                        underWay.stream().map(Sent::command).toList());
            } catch (SignalStoreException e) {
                underWay = List.of();
                failed(e);
            }
        }
        before.forEach(this::answer);
    }

    private void answer(Sent sent) {
        try {
            RedisAnswers.check(connection.store(), sent.request(), text(sent));
        } catch (SignalStoreException e) {
            failed(e);
            if (e.getCause() instanceof TimeoutException) {
                longest = Duration.ZERO;
            }
        }
    }

    private String text(Sent sent) {
        try {
            return new String(connection.answer(sent.request(), sent.command(), longest), UTF_8);
        } catch (SignalStoreException e) {
            if (RedisScripts.isUnknownScript(e)) {
                return RedisScripts.run(connection, sent.request(), sent.run());
            }
            throw e;
        }
    }

    private void failed(SignalStoreException failure) {
        if (first == null) {
            first = failure;
        } else {
            first.addSuppressed(failure);
        }
    }
}
