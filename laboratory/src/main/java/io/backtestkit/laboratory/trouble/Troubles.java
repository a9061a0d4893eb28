package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.Experiment;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.store.SignalStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Trades live while something real befalls the store: its disk is full, its password changed. Each time an event must tell of
 * it and none may show a password, what was stored must stay as it was, the position must be left in its minute all the same, and
 * when the trouble has passed everything must go on by itself: each trade stored once, as an uninterrupted backtest makes it,
 * but for entries that could not be taken meanwhile.
 */
public final class Troubles implements Experiment {

    private static final Map<String, Supplier<Trouble>> MOUNTING = new TreeMap<>(Map.ofEntries(
            Map.entry("files/full-disk", FileTroubles::fullDisk),
            Map.entry("files/no-inodes", FileTroubles::noInodes),
            Map.entry("files/read-only", FileTroubles::readOnly),
            Map.entry("postgres/full-disk", FullDiskOfPostgres::ofTables),
            Map.entry("postgres/full-disk-of-wal", FullDiskOfPostgres::ofWal),
            Map.entry("redis/full-disk", FullDiskOfRedis::always),
            Map.entry("redis/full-disk-everysec", FullDiskOfRedis::everySecond)));

    private static final Map<String, Supplier<Trouble>> HERE = new TreeMap<>(Map.ofEntries(
            Map.entry("files/slow-disk", FileTroubles::slowDisk),
            Map.entry("mongo/server-gone", MongoTroubles::serverGone),
            Map.entry("postgres/certificate-expired", CertificateOfPostgres::expired),
            Map.entry("postgres/password-changed", PostgresTroubles::passwordChanged),
            Map.entry("postgres/read-only", PostgresTroubles::readOnly),
            Map.entry("postgres/server-gone", PostgresTroubles::serverGone),
            Map.entry("postgres/too-many-connections", PostgresTroubles::tooManyConnections),
            Map.entry("redis/certificate-expired", RedisTroubles::certificateExpired),
            Map.entry("redis/no-longer-master", RedisTroubles::replica),
            Map.entry("redis/out-of-memory", RedisTroubles::outOfMemory),
            Map.entry("redis/password-changed", RedisTroubles::passwordChanged),
            Map.entry("redis/server-gone", RedisTroubles::serverGone),
            Map.entry("redis/too-few-replicas", RedisTroubles::tooFewReplicas)));

    private final int size;
    private final UnaryOperator<SignalStore> planted;
    private final Supplier<Optional<String>> obstacle;

    /** Sets how many markets are traded through each trouble. */
    public Troubles(int size) {
        this(size, store -> store, MountingMain::obstacle);
    }

    /**
     * Lets a mistake be planted in the store, to see that it is found; not where a process of its own is needed.
     *
     * @param obstacle says why there can be no process that may mount; empty if there can
     */
    Troubles(int size, UnaryOperator<SignalStore> planted, Supplier<Optional<String>> obstacle) {
        this.size = size;
        this.planted = planted;
        this.obstacle = obstacle;
    }

    @Override
    public String name() {
        return "trouble";
    }

    @Override
    public String unit() {
        return "troubles";
    }

    @Override
    public List<String> cases() {
        return IntStream.range(0, size)
                .boxed()
                .flatMap(seed -> List.of(MOUNTING, HERE).stream()
                        .flatMap(some -> some.keySet().stream())
                        .map(name -> name + "/" + seed))
                .toList();
    }

    /** Runs a case, {@code redis/out-of-memory/3}. */
    @Override
    public void run(String name, Tally tally) {
        int slash = name.lastIndexOf('/');
        String trouble = name.substring(0, slash);
        int seed = Integer.parseInt(name.substring(slash + 1));
        Optional<String> obstacle = MOUNTING.containsKey(trouble) ? this.obstacle.get() : Optional.empty();
        if (obstacle.isPresent()) {
            tally.notRun(name, obstacle.get());
            return;
        }
        tally.tried(TroubleTrial.ROUNDS);
        found(trouble, seed).ifPresent(wrong -> tally.bad(name, wrong));
    }

    private Optional<String> found(String name, int seed) {
        if (MOUNTING.containsKey(name)) {
            return MountingMain.run(name, seed);
        }
        try (Trouble trouble = made(HERE, name)) {
            return new TroubleTrial(trouble, seed).run(planted);
        }
    }

    /** Makes a trouble that needs to mount. */
    static Trouble mounting(String name) {
        return made(MOUNTING, name);
    }

    private static Trouble made(Map<String, Supplier<Trouble>> from, String name) {
        Supplier<Trouble> maker = from.get(name);
        if (maker == null) {
            throw new IllegalArgumentException("There is no trouble '" + name + "'.");
        }
        return maker.get();
    }
}
