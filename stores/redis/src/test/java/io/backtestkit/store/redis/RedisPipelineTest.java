package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SampleSignals;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RedisPipelineTest {

    private static Signal signal(int number) {
        return SampleSignals.openLong(new SignalKey("breakout", "BTCUSDT" + number))
                .build();
    }

    private static Collection<Signal> collection(int size, Supplier<Stream<Signal>> signals) {
        return new AbstractCollection<>() {
            @Override
            public Iterator<Signal> iterator() {
                return signals.get().iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The first hundred are on their way when the server goes; the next hundred are not sent, which is noticed first. */
    @Test
    @SuppressWarnings("try") // the proxy is closed early on purpose
    void whatMayHaveHappenedIsNotHiddenByWhatWasNotSent() {
        RedisClient client = RedisClient.create();
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        try (RealRedis redis = RealRedis.durable();
                HoldingProxy proxy = new HoldingProxy(redis.port())) {
            RedisURI uri = RedisURI.create(proxy.location());
            SharedConnection connection = new SharedConnection(
                    proxy.location(),
                    () -> client.connectAsync(RedisScripts.CODEC, uri)
                            .thenApply(connected -> new SharedConnection.Session(connected, connected.async())),
                    RedisOptions.defaults().withCommandTimeout(Duration.ofMinutes(1)),
                    () -> {});
            SharedConnection.Session session = connection.session(Request.ofStore("connect to"));
            Collection<Signal> signals = collection(200, () -> IntStream.range(0, 200)
                    .mapToObj(RedisPipelineTest::signal)
                    .peek(signal -> {
                        if (signal.key().symbol().equals("BTCUSDT0")) {
                            proxy.hold();
                        } else if (signal.key().symbol().equals("BTCUSDT150")) {
                            proxy.awaitHeld();
                            proxy.close();
                            Poll.until("the connection is seen to be gone", () -> !session.connection()
                                    .isOpen());
                        }
                    }));
            RedisChanges changes = new RedisChanges(connection, new RedisNames(false), RedisOptions.defaults());

            StoreUnavailableException failure =
                    catchThrowableOfType(StoreUnavailableException.class, () -> changes.writeAll(signals));

            assertThat(failure.mayHaveHappened()).isTrue();
            assertThat(failure.getMessage()).contains("breakout/BTCUSDT0 ");
            assertThat(failure.getSuppressed()).hasSize(1).allSatisfy(other -> assertThat(other)
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            notSent -> assertThat(notSent.mayHaveHappened()).isFalse()));
            connection.close();
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}
