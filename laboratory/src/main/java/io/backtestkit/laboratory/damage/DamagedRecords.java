package io.backtestkit.laboratory.damage;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.servers.ServerKind;
import io.backtestkit.servers.SharedServers;
import io.backtestkit.store.SignalStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Changes what is stored. A case is a store and a piece of a slot: {@code files/claim}; one trial of it is {@code
 * files/claim#bit-17}, its eighteenth bit flipped, or {@code files/claim#cut-12}, only twelve bytes left. Further cases are
 * {@code postgres/pages-3} and {@code codec/texts-3}, each drawn from its number.
 */
public final class DamagedRecords implements Experiment {

    private static final String BIT = "#bit-";
    private static final String CUT = "#cut-";

    private final int draws;
    private final SharedServers servers = new SharedServers();

    /**
     * Sets how much is drawn.
     *
     * @param draws how many cases of pages and of texts there are of each; a case has 40 pages or 10,000 texts
     */
    public DamagedRecords(int draws) {
        this.draws = draws;
    }

    @Override
    public String name() {
        return "damage";
    }

    @Override
    public String unit() {
        return "damages";
    }

    @Override
    public List<String> cases() {
        List<String> cases = new ArrayList<>();
        for (String store : List.of("files", "redis")) {
            for (Piece piece : Piece.values()) {
                cases.add(store + "/" + piece);
            }
        }
        for (int i = 1; i <= draws; i++) {
            cases.add("postgres/pages-" + i);
            cases.add("codec/texts-" + i);
        }
        return cases;
    }

    @Override
    public void run(String name, Tally tally) {
        int slash = name.indexOf('/');
        String store = slash < 0 ? name : name.substring(0, slash);
        switch (store) {
            case "files" -> run(name, KeptInFiles::new, tally);
            case "redis" -> run(name, () -> new KeptInRedis(servers.get(ServerKind.REDIS)), tally);
            case "postgres" -> Pages.run(name, number(name), tally);
            case "codec" -> Texts.run(name, number(name), tally);
            default -> throw new IllegalArgumentException("There is no case '" + name + "'.");
        }
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
    }

    static void run(String name, Supplier<Kept> places, Tally tally) {
        int end = name.indexOf('#') < 0 ? name.length() : name.indexOf('#');
        String whole = name.substring(0, end);
        Piece piece = Piece.valueOf(whole.substring(whole.indexOf('/') + 1).toUpperCase(Locale.ROOT));
        try (Kept kept = places.get()) {
            new Slot(whole, piece, kept, tally).run(name.substring(end));
        }
    }

    /** The slot of one case. */
    private static final class Slot {

        private final String name;
        private final Piece piece;
        private final Kept kept;
        private final Tally tally;

        Slot(String name, Piece piece, Kept kept, Tally tally) {
            this.name = name;
            this.piece = piece;
            this.kept = kept;
            this.tally = tally;
        }

        /** Makes all trials, or the one that ends like that. */
        void run(String only) {
            piece.keep(kept.store());
            int bits = 0;
            int cuts = 0;
            for (String part : kept.parts(piece)) {
                byte[] whole = kept.bytes(part);
                for (int bit = 0; bit < whole.length * 8; bit++, bits++) {
                    if (only.isEmpty() || only.equals(BIT + bits)) {
                        byte[] flipped = whole.clone();
                        flipped[bit / 8] ^= (byte) (1 << bit % 8);
                        trial(BIT + bits, part, flipped, piece::afterFlip);
                    }
                }
                for (int length = 0; length < whole.length; length++, cuts++) {
                    if (only.isEmpty() || only.equals(CUT + cuts)) {
                        trial(CUT + cuts, part, Arrays.copyOf(whole, length), piece::afterCut);
                    }
                }
                kept.put(part, whole);
            }
        }

        private void trial(String end, String part, byte[] damaged, Function<SignalStore, Optional<String>> look) {
            kept.put(part, damaged);
            tally.tried();
            look.apply(kept.store()).ifPresent(what -> tally.bad(name + end, what));
            if (!Arrays.equals(kept.bytes(part), damaged)) {
                tally.bad(name + end, "the damaged bytes were changed");
            }
        }
    }
}
