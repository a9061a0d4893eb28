package io.backtestkit.laboratory.file;

import static io.backtestkit.laboratory.file.Samples.MAIN;
import static io.backtestkit.laboratory.file.Samples.NEIGHBOUR;
import static io.backtestkit.laboratory.file.Samples.closed;
import static io.backtestkit.laboratory.file.Samples.open;

import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.file.FileSignalStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A durable state to start from. */
@SuppressWarnings("ImmutableEnumChecker") // a snapshot is never changed
enum Base {

    /** No data folder, nor the one around it. */
    MISSING(Snapshot.NOTHING),

    /** A data folder that was opened once. */
    EMPTY(Snapshot.NOTHING) {
        @Override
        Image make() {
            return after(store -> {});
        }
    },

    /** Two slots held, and a trade of one. */
    HELD(Snapshot.NOTHING
            .with(MAIN, new Slot.Held(open(MAIN, "old")))
            .with(NEIGHBOUR, new Slot.Held(open(NEIGHBOUR, "near")))
            .with(closed(open(MAIN, "past")))) {
        @Override
        Image make() {
            return after(store -> {
                store.end(closed(open(MAIN, "past")));
                store.write(MAIN, open(MAIN, "old"));
                store.write(NEIGHBOUR, open(NEIGHBOUR, "near"));
            });
        }
    },

    /** Free slots and two trades, a record of the past kept aside. */
    LOGGED(Snapshot.NOTHING.with(closed(open(MAIN, "past"))).with(closed(open(MAIN, "later")))) {
        @Override
        Image make() {
            return after(store -> {
                store.end(closed(open(MAIN, "past")));
                store.end(closed(open(MAIN, "later")));
            });
        }
    },

    /** As held, and the main slot is claimed. */
    CLAIMED(HELD.snapshot.claimedBy(Hand.OWNER)) {
        @Override
        Image make() {
            Volume volume = new Volume(HELD.make());
            try (Hand hand = Hand.open(volume)) {
                hand.take(Hand.OWNER);
            }
            return volume.visible();
        }
    },

    /** As held, with what a crash left: a log whose last line is torn, a write that never finished. */
    TORN(HELD.snapshot) {
        @Override
        Image make() {
            Image held = HELD.make();
            String log = folder() + "breakout/BTCUSDT.trades.jsonl";
            byte[] whole = held.files().getOrDefault(log, new byte[0]);
            byte[] torn = Arrays.copyOf(whole, whole.length + kept().length);
            System.arraycopy(kept(), 0, torn, whole.length, kept().length);
            return held.with(log, torn)
                    .with(folder() + "breakout/BTCUSDT.json.00000000-0000-0000-0000-000000000000.tmp", bytes("{\"for"));
        }

        @Override
        byte[] kept() {
            return bytes("{\"checksum\":\"01234567\",\"trade\":{\"schema\":1,\"signal\":{\"id\":\"never-fin");
        }
    },

    /** As held, but a bit of one record has flipped. */
    DAMAGED(HELD.snapshot.with(MAIN, new Slot.Damaged())) {
        @Override
        Image make() {
            return HELD.make().with(folder() + "breakout/BTCUSDT.json", kept());
        }

        @Override
        byte[] kept() {
            return bytes("{\"format\":\"backtest-kit signal\",\"version\":1,\"epoch\":1,\"length\":7,\n\"sig");
        }
    };

    private final Snapshot snapshot;

    Base(Snapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Where the data folder is, as in {@link Image}. */
    static String folder() {
        return "srv/trading/data/";
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Makes the image. */
    Image make() {
        return new Image(new TreeMap<>(Map.of("srv/", new byte[0])));
    }

    /** Returns bytes that must stay somewhere although no store can read them; none if there are none of the kind. */
    byte[] kept() {
        return new byte[0];
    }

    private static Image after(Consumer<SignalStore> acts) {
        Volume volume = new Volume(MISSING.make());
        try (SignalStore store = FileSignalStore.open(volume.path("/" + folder()))) {
            acts.accept(store);
        }
        return volume.visible();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
