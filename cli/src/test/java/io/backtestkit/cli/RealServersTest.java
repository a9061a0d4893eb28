package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.testkit.SampleSignals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RealServersTest {

    static String[] locations() {
        return new String[] {RealServers.redis(), RealServers.redis(), RealServers.postgres(), RealServers.postgres()};
    }

    /** Opening for trading is refused by a server that may lose what it acknowledges. */
    @ParameterizedTest
    @MethodSource("locations")
    void everyLocationLeadsToAnEmptyPlaceFitForTrading(String location) {
        SignalKey key = SampleSignals.key();
        Signal signal = SampleSignals.openLong(key).build();

        try (SignalStore store = SignalStores.open(location)) {
            assertThat(store.keys()).isEmpty();
            store.write(key, signal);
            assertThat(store.read(key)).contains(signal);
        }
    }

    @Test
    void theEmulatorIsNotFitForTrading() {
        String location = RealServers.emulatedMongo();

        assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> SignalStores.open(location));
    }
}
