package io.backtestkit.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.servers.EmulatedMongo;
import io.backtestkit.servers.PostgresServer;
import io.backtestkit.servers.RedisServer;
import io.backtestkit.servers.Server;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.NetworkProxy;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The servers that the experiments work on. */
class ServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SignalKey key = SampleSignals.key();
    private final Signal signal = SampleSignals.openLong(key).build();

    static Stream<Supplier<Server>> all() {
        return Stream.concat(real(), Stream.of(EmulatedMongo::new));
    }

    static Stream<Supplier<Server>> real() {
        return Stream.of(RedisServer::new, () -> new PostgresServer(Map.of()));
    }

    /** Opening for trading is refused by a server that may lose what it acknowledges. */
    @ParameterizedTest
    @MethodSource("all")
    void everyPlaceIsEmptyAndFitForTradingAlsoThroughAProxy(Supplier<Server> starts) {
        try (Server server = starts.get()) {
            for (int i = 0; i < 2; i++) {
                String place = server.newPlace();
                try (SignalStore store = SignalStores.open(server.through(server.port(), place, PATIENCE))) {
                    assertThat(store.keys()).isEmpty();
                    store.write(key, signal);
                }
                try (NetworkProxy proxy = new NetworkProxy(server.host(), server.port());
                        SignalStore store = SignalStores.open(server.through(proxy.port(), place, PATIENCE))) {
                    assertThat(store.read(key)).contains(signal);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("real")
    void aKilledServerComesBackWithWhatItHad(Supplier<Server> starts) {
        try (Server server = starts.get()) {
            String place = server.newPlace();
            try (SignalStore store = SignalStores.open(server.through(server.port(), place, PATIENCE))) {
                store.write(key, signal);
            }

            server.kill();
            server.start();

            try (SignalStore store = SignalStores.open(server.through(server.port(), place, PATIENCE))) {
                assertThat(store.read(key)).contains(signal);
            }
        }
    }
}
