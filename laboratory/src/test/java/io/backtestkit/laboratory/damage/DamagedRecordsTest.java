package io.backtestkit.laboratory.damage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.Tally;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.UnreadableSignalException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedRecordsTest {

    /** Keeps text without a checksum, and notices only what is no signal any more. */
    private static final class Unsealed implements Kept, SignalStore {

        private byte[] bytes = {};

        @Override
        public List<String> parts(Piece piece) {
            return List.of("text");
        }

        @Override
        public byte[] bytes(String part) {
            return bytes.clone();
        }

        @Override
        public void put(String part, byte[] changed) {
            bytes = changed.clone();
        }

        @Override
        public SignalStore store() {
            return this;
        }

        @Override
        public void write(SignalKey key, Signal signal) {
            if (bytes.length > 0) {
                read(key);
            }
            bytes = SignalCodec.encode(signal).getBytes(UTF_8);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            try {
                return Optional.of(SignalCodec.decode(new String(bytes, UTF_8)));
            } catch (SignalFormatException e) {
                throw new UnreadableSignalException(
                        StoreFailure.of("read signal", key, "unsealed", "no signal", "Look at it."), e);
            }
        }

        @Override
        public void delete(SignalKey key) {
            read(key);
            bytes = new byte[0];
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"files/claim", "redis/claim", "codec/texts-1"})
    void whateverIsChangedIsTold(String name) {
        Tally tally = new Tally();
        new DamagedRecords(1).run(name, tally);
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"files/record#bit-77", "files/log#cut-12", "redis/log#bit-3"})
    void aTrialIsMadeAgainByItsName(String name) {
        Tally tally = new Tally();
        new DamagedRecords(1).run(name, tally);
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isEqualTo(1);
    }

    @Test
    void aStoreWithoutAChecksumIsCaught() {
        Tally tally = new Tally();
        DamagedRecords.run("unsealed/record", Unsealed::new, tally);
        assertThat(tally.bad()).hasSizeGreaterThan(100);
        assertThat(tally.bad().get(0).name()).startsWith("unsealed/record#bit-");
    }
}
