package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.SampleSignals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on stores that offer less than those that ship, or do what those do only when unlucky. */
class OwnStoreTest {

    private static final SignalKey KEY = new SignalKey("dip-buyer", "BTCUSD");

    @TempDir
    private Path folder;

    private final Signal shown = SampleSignals.openLong(KEY).id("shown").build();
    private final Signal next = SampleSignals.openLong(KEY).id("next").build();

    private Ran store(SignalStore store, String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("store", command, "--store", OwnStore.LOCATION));
        arguments.addAll(List.of(more));
        return OwnStore.command(folder, store, arguments.toArray(String[]::new));
    }

    @Test
    void aStoreOfThreeMethodsIsToldWhatItCannotDo() {
        SignalStore three = new OwnStore.ThreeMethods();
        three.write(KEY, shown);
        for (String command : List.of("list", "show")) {
            store(three, command)
                    .failed(
                            1,
                            "Cannot list the signals of ThreeMethods: this store does not list its keys.",
                            "backtest-kit store show --strategy S --symbol SYM");
        }
        store(three, "check").failed(1, "Cannot check ThreeMethods: this store does not list its keys.");
        store(three, "export", "--file", folder.resolve("x.jsonl").toString()).failed(1, "does not list its keys");
        store(three, "trades").failed(1, "this store keeps no log of them");
        OwnStore.command(
                        folder,
                        three,
                        "store",
                        "copy",
                        "--from",
                        OwnStore.LOCATION,
                        "--to",
                        "file:" + folder.resolve("new"))
                .failed(1, "does not list its keys");
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void ofAStoreOfThreeMethodsOneSignalIsListedAndShownAndDeleted() {
        SignalStore three = new OwnStore.ThreeMethods();
        three.write(KEY, shown);
        String[] one = {"--strategy", "dip-buyer", "--symbol", "BTCUSD"};

        assertThat(store(three, "list", one).succeeded().out()).contains("dip-buyer/BTCUSD");
        assertThat(store(three, "show", one).succeeded().out()).contains("shown");
        store(three, "delete", "--strategy", "dip-buyer", "--symbol", "BTCUSD", "--yes")
                .succeeded();
        store(three, "show", one).failed(1, "no such signal is held. What is held, this store does not list.");
    }

    @Test
    void aStoreOfThreeMethodsCanBeMovedTo() {
        SignalStore three = new OwnStore.ThreeMethods();
        String old = "file:" + folder.resolve("old");
        try (SignalStore store = SignalStores.open(old)) {
            store.write(KEY, shown);
        }

        OwnStore.command(folder, three, "store", "copy", "--from", old, "--to", OwnStore.LOCATION)
                .succeeded();

        assertThat(three.read(KEY)).contains(shown);
    }

    /** Another process puts the next signal in its place just after the first one was looked at for good. */
    private class Overtaken extends OwnStore.ThreeMethods {

        private int reads;

        @Override
        public Optional<Signal> read(SignalKey key) {
            Optional<Signal> found = super.read(key);
            reads++;
            if (reads == 2) { // the first look is that of opening
                memory.write(key, next);
            }
            return found;
        }
    }

    @Test
    void aSignalThatCameAfterAnotherWasShownIsNotDeleted() {
        Overtaken plain = new Overtaken();
        Overtaken claiming = new Overtaken() {
            @Override
            public Optional<Claims> claims() {
                return memory.claims();
            }
        };
        for (Overtaken store : List.of(plain, claiming)) {
            store.write(KEY, shown);

            Ran ran = store(store, "delete", "--strategy", "dip-buyer", "--symbol", "BTCUSD", "--yes");

            assertThat(ran.out()).contains("shown").doesNotContain("Deleted");
            ran.failed(1, "another is held by now, 'next'.", "Nothing was changed.");
            assertThat(store.memory.read(KEY)).contains(next);
            assertThat(store.memory.claims().orElseThrow().holder(KEY)).isEmpty();
        }
    }
}
