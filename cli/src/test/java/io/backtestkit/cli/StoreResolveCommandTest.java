package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreLocation;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a damaged slot when something comes in between. */
class StoreResolveCommandTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");
    private static final Signal HELD = SampleSignals.openLong(KEY).id("held").build();
    private static final Signal RIGHT = SampleSignals.openLong(KEY).id("right").build();

    @TempDir
    private Path folder;

    private String replacement = "";

    @BeforeEach
    void fill() {
        try (SignalStore store = files()) {
            store.write(KEY, HELD);
        }
        replacement = SampleFiles.write(folder.resolve("right.json"), SignalCodec.encode(RIGHT))
                .toString();
    }

    private Path data() {
        return folder.resolve("data");
    }

    private SignalStore files() {
        return SignalStores.open("file:" + data());
    }

    private Path record() {
        return data().resolve("dip-buyer/BTCUSD.json");
    }

    private void damage() {
        SampleFiles.write(record(), "rubbish");
    }

    private void damageClaim() {
        try (SignalStore store = files()) {
            Claims claims = store.claims().orElseThrow();
            claims.release(claims.claim(KEY, "a trader", Duration.ofHours(1)).claim());
        }
        SampleFiles.write(data().resolve("dip-buyer/BTCUSD.claim"), "rubbish");
    }

    private static Ran resolve(String location, String... decision) {
        List<String> arguments = new ArrayList<>(List.of("store", "resolve", "--store", location));
        arguments.addAll(List.of("--strategy", "dip-buyer", "--symbol", "BTCUSD"));
        arguments.addAll(List.of(decision));
        return Ran.command(arguments.toArray(String[]::new));
    }

    private Ran replace() {
        return resolve("file:" + data(), "--replace", replacement);
    }

    private void assertHolds(Optional<Signal> expected) {
        try (SignalStore store = files()) {
            assertThat(store.read(KEY)).isEqualTo(expected);
        }
    }

    private void assertDamaged() {
        try (SignalStore store = files()) {
            assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(() -> store.read(KEY));
        }
    }

    /** Nobody had given the signal up: it stays, and nothing of it would have been kept. */
    @Test
    void aSignalThatCanBeReadIsNotReplacedWhereOnlyItsClaimIsDamaged() {
        damageClaim();

        replace()
                .failed(
                        1,
                        "Cannot resolve signal dip-buyer/BTCUSD in file:",
                        "only its claim was damaged, which is settled now",
                        "its record can be read, and stays: signal 'held', open. To remove it: backtest-kit store delete");

        assertHolds(Optional.of(HELD));
        assertThat(data().resolve("dip-buyer/BTCUSD.claim.damaged")).hasContent("rubbish");
        assertThat(Ran.command("store", "check", "--store", "file:" + data()).exitCode())
                .isZero();
        replace().failed(1, "its record can be read", "Nothing was changed.");
    }

    @Test
    void aFreeSlotStaysFreeWhereItsClaimIsDamaged() throws IOException {
        damageClaim();
        Files.delete(record());

        replace()
                .failed(
                        1,
                        "only its claim was damaged, which is settled now; no such signal is held.",
                        "If a position is open, do not start trading dip-buyer/BTCUSD before its record is there",
                        "store import --file FILE");

        assertHolds(Optional.empty());
    }

    @Test
    void aDamagedRecordUnderADamagedClaimIsReplaced() {
        damageClaim();
        damage();

        assertThat(replace().succeeded().out()).contains("The record above stands in its place", "right");

        assertHolds(Optional.of(RIGHT));
    }

    /** As after a kill that came when everything was done and nothing told. */
    @Test
    void replacingAgainSaysThatTheRecordIsThereAlready() {
        damage();
        replace().succeeded();

        assertThat(replace().succeeded().out()).contains("The record above stands in the slot already", "right");
        resolve("file:" + data(), "--discard").failed(1, "its record can be read", "Nothing was changed.");

        assertHolds(Optional.of(RIGHT));
    }

    @Test
    void aSlotThatIsFreeIsNotFilledByReplacing() throws IOException {
        Files.delete(record());

        replace().failed(1, "no such signal is held. Nothing was changed. If a position is open", "store import");

        assertHolds(Optional.empty());
    }

    @Test
    void aSlotThatSomebodyFreedMeanwhileIsNotFilled() {
        damage();

        around(files -> new InBetween(files) {
                    @Override
                    void before() {
                        files.setAside(KEY);
                    }
                })
                .failed(1, "somebody else resolved it meanwhile, and no such signal is held.", "store import");

        assertHolds(Optional.empty());
    }

    @Test
    void aSlotThatSomebodyReplacedMeanwhileStays() {
        damage();

        around(files -> new InBetween(files) {
                    @Override
                    void before() {
                        files.setAside(KEY, HELD);
                    }
                })
                .failed(1, "somebody else resolved it meanwhile, and its record can be read, and stays: signal 'held'");

        assertHolds(Optional.of(HELD));
    }

    @Test
    void discardingWhatSomebodyReplacedMeanwhileLeavesIt() {
        damage();

        Ran ran = around(
                files -> new InBetween(files) {
                    @Override
                    void before() {
                        files.setAside(KEY, RIGHT);
                    }
                },
                "--discard");

        assertThat(ran.succeeded().out()).contains("It holds a signal that can be read, and stays");
        assertHolds(Optional.of(RIGHT));
    }

    @Test
    void aStoreThatFailsBeforeItReplacesLeavesTheDamageAndSaysSo() {
        damage();

        around(files -> new InBetween(files) {
                    @Override
                    void before() {
                        throw unavailable("set aside signal");
                    }
                })
                .failed(1, "the cable was cut. What is damaged is still in the slot", "run this again");

        assertDamaged();
        replace().succeeded();
    }

    @Test
    void aStoreThatFailsOnceItHasReplacedSaysThatTheRecordIsThere() {
        damage();

        around(files -> new InBetween(files) {
                    @Override
                    public Optional<String> setAside(SignalKey key, Signal replacement) {
                        files.setAside(key, replacement);
                        throw unavailable("set aside signal");
                    }
                })
                .failed(1, "the cable was cut. The record stands in its place all the same. Run this again");

        assertThat(replace().succeeded().out()).contains("stands in the slot already");
        assertHolds(Optional.of(RIGHT));
    }

    /** A store of one's own that goes by the default of two steps. */
    @Test
    void aStoreThatFailsBetweenTwoStepsSaysThatTheSlotIsFree() {
        damage();
        UnaryOperator<SignalStore> dying = files -> new InBetween(files) {
            @Override
            public void write(SignalKey key, Signal signal) {
                throw unavailable("write signal");
            }

            @Override
            public Optional<String> setAside(SignalKey key, Signal replacement) {
                return inTwoSteps(key, replacement);
            }
        };

        around(dying)
                .failed(
                        1,
                        "Cannot write signal dip-buyer/BTCUSD in ",
                        "The slot is free now, and the record is not in it. If a position is open, do not start trading",
                        "store import");
        around(dying).failed(1, "no such signal is held. Nothing was changed. If a position is open", "store import");

        String line = "{\"signal\":" + SignalCodec.encode(RIGHT) + "}";
        Path exported = SampleFiles.write(folder.resolve("line.jsonl"), line);
        Ran.command("store", "import", "--store", "file:" + data(), "--file", exported.toString())
                .succeeded();
        assertHolds(Optional.of(RIGHT));
    }

    private Ran around(UnaryOperator<SignalStore> store) {
        return around(store, "--replace", replacement);
    }

    /** Runs the command on the files with that store around them, which only this test has. */
    private Ran around(UnaryOperator<SignalStore> store, String... decision) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            Path classes = Files.createDirectories(folder.resolve("classes"));
            Path services = Files.createDirectories(classes.resolve("META-INF/services"));
            SampleFiles.write(services.resolve(SignalStoreProvider.class.getName()), Provider.class.getName());
            Provider.around = store;
            try (URLClassLoader loader =
                    new URLClassLoader(new URL[] {classes.toUri().toURL()}, before)) {
                thread.setContextClassLoader(loader);
                return resolve("around:" + data(), decision);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static StoreUnavailableException unavailable(String act) {
        return StoreUnavailableException.unknown(StoreFailure.of(act, KEY, "around:", "the cable was cut", ""), null);
    }

    /** Passes everything on, and lets something happen before it sets aside. */
    private static class InBetween implements SignalStore {

        final SignalStore files;

        InBetween(SignalStore files) {
            this.files = files;
        }

        void before() {}

        final Optional<String> inTwoSteps(SignalKey key, Signal replacement) {
            return SignalStore.super.setAside(key, replacement);
        }

        @Override
        public void write(SignalKey key, Signal signal) {
            files.write(key, signal);
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return files.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            files.delete(key);
        }

        @Override
        public Set<SignalKey> keys() {
            return files.keys();
        }

        @Override
        public Optional<String> setAside(SignalKey key) {
            before();
            return files.setAside(key);
        }

        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            before();
            return files.setAside(key, replacement);
        }

        @Override
        public void close() {
            files.close();
        }
    }

    /** Opens what a test puts around a folder. */
    public static final class Provider implements SignalStoreProvider {

        private static UnaryOperator<SignalStore> around = UnaryOperator.identity();

        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public Set<String> schemes() {
            return Set.of("around");
        }

        @Override
        public SignalStore open(StoreLocation location) {
            return around.apply(SignalStores.open("file:" + location.address()));
        }
    }
}
