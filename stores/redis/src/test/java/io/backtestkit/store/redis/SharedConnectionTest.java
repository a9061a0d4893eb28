package io.backtestkit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.store.StoreUnavailableException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedConnectionTest {

    private static final Request READ = Request.ofStore("read the keys of");

    /** Says for ever that it is open, as the client may after its connection was lost while it was being made. */
    @SuppressWarnings("unchecked")
    private static SharedConnection.Session open() {
        ClassLoader loader = SharedConnectionTest.class.getClassLoader();
        return new SharedConnection.Session(
                (StatefulConnection<String, byte[]>) Proxy.newProxyInstance(
                        loader,
                        new Class<?>[] {StatefulConnection.class},
                        (self, method, arguments) -> method.getName().equals("isOpen")
                                ? (Object) true
                                : CompletableFuture.completedFuture(null)),
                (RedisClusterAsyncCommands<String, byte[]>) Proxy.newProxyInstance(
                        loader, new Class<?>[] {RedisClusterAsyncCommands.class}, (self, method, arguments) -> null));
    }

    @Test
    void aConnectionThatIsGoneButSaysItIsOpenIsReplacedAtTheNextCall() {
        AtomicInteger made = new AtomicInteger();
        SharedConnection connection = new SharedConnection(
                "redis://test",
                () -> {
                    made.incrementAndGet();
                    return CompletableFuture.completedFuture(open());
                },
                RedisOptions.defaults(),
                () -> {});

        assertThatExceptionOfType(StoreUnavailableException.class)
                .isThrownBy(() -> connection.call(
                        READ,
                        commands -> CompletableFuture.failedFuture(
                                new RedisException("Currently not connected. Commands are rejected."))))
                .matches(failure -> !failure.mayHaveHappened());

        assertThat(connection.<String>call(READ, commands -> CompletableFuture.completedFuture("there")))
                .isEqualTo("there");
        assertThat(made).hasValue(2);
        connection.close();
    }
}
