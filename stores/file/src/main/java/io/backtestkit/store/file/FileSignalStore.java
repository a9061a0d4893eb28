package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ReadOnlySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.file.StoreThread.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps signals in a folder, one file each: {@code data/breakout/BTCUSDT.json} holds the bytes of a {@link SignalEnvelope},
 * {@code data/breakout/BTCUSDT.claim} who may change it.
 *
 * <p>Any number of processes of one machine may have the folder open. Each change is made under a lock of the system, which
 * goes with its process; a change that another process does not end within ten seconds, because somebody paused it in the
 * middle, is answered by {@link io.backtestkit.store.StoreUnavailableException}. Reading takes no lock. What another process
 * has just changed may be read before it is flushed; a claim makes sure of the slot first.
 *
 * <p>Once flushing to the disk has failed twice in a row, every change is refused until the store is opened again; reading
 * goes on.
 *
 * <p>Does not keep its promise on memory, network or container file systems; the log says so at opening. On Windows a
 * finished rename may be lost in a power cut, since folders cannot be flushed there.
 */
public final class FileSignalStore implements SignalStore {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DataFolder folder;
    private final DurableFiles files;
    private final StoreThread thread;
    private final InstantSource clock;
    private final RecordFiles records;
    private final FileTradeLog tradeLog;
    private final FileClaims claims;

    private FileSignalStore(DataFolder folder, DurableFiles files, StoreThread thread, InstantSource clock) {
        this.folder = folder;
        this.files = files;
        this.thread = thread;
        this.clock = clock;
        records = new RecordFiles(folder, files);
        tradeLog = new FileTradeLog(folder, files, thread);
        claims = new FileClaims(folder, files, thread, records, tradeLog, clock);
    }

    /**
     * Opens the folder for trading; makes it if it is missing. Damaged records do not keep it from opening.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the path leads to a file, or it cannot be written to
     * @throws io.backtestkit.store.StoreUnavailableException if the disk fails, or another process is in the middle of a
     *     change and does not end it
     */
    public static FileSignalStore open(Path folder) {
        return open(folder, new LocalDisk(), InstantSource.system(), PATIENCE);
    }

    /** Opens it on that disk; leases run by that clock, and a change waits for others so long. */
    static FileSignalStore open(Path folder, Disk disk, InstantSource clock, Duration patience) {
        String store = "file:" + folder;
        StoreThread thread = new StoreThread(store, folder, patience);
        DurableFiles files = new DurableFiles(disk);
        boolean opened = false;
        try {
            DataFolder open =
                    thread.call("open store", () -> new FolderOpening(folder, store, files, thread).open(disk));
            opened = true;
            return new FileSignalStore(open, files, thread, clock);
        } finally {
            if (!opened) {
                thread.close(() -> {});
            }
        }
    }

    /**
     * Opens the folder for looking at it, also while others trade: takes no lock, makes and changes nothing.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the folder is not there or cannot be read
     */
    public static SignalStore openReadOnly(Path folder) {
        String store = "file:" + folder;
        StoreThread thread = new StoreThread(store, folder, PATIENCE);
        Disk disk = new LocalDisk();
        DataFolder open = thread.call("open store", () -> lookAt(folder, store, disk));
        return new ReadOnlySignalStore(
                new FileSignalStore(open, new DurableFiles(disk), thread, InstantSource.system()));
    }

    private static DataFolder lookAt(Path given, String store, Disk disk) throws FileFault, IOException {
        DataFolder.lookedAt(given, store, disk).requireThere();
        DataFolder folder = DataFolder.lookedAt(given.toRealPath(), store, disk);
        folder.strategyFolders();
        return folder;
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        thread.run(
                "write signal",
                key,
                () -> folder.change(() -> {
                    Slot slot = claims.unclaimed("write signal", key);
                    records.write(slot, signal, slot.epoch());
                }));
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return thread.call("read signal", key, () -> records.read(key));
    }

    @Override
    public void delete(SignalKey key) {
        thread.run(
                "delete signal",
                key,
                () -> folder.change(() -> records.delete(claims.unclaimed("delete signal", key))));
    }

    /** Logs first, deletes second, without letting another process in between. */
    @Override
    public void end(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        thread.run(
                "end signal", key, () -> folder.change(() -> claims.end(claims.unclaimed("end signal", key), ended)));
    }

    @Override
    public Set<SignalKey> keys() {
        return thread.call("list the signals of", records::keys);
    }

    @Override
    public List<StoreFinding> keyless() {
        return thread.call(
                "list the signals of", () -> List.copyOf(new FolderCheck(folder, files, clock.instant()).keyless()));
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(claims);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(tradeLog);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return settled(key, null);
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        return settled(key, replacement);
    }

    /** Sets aside what is kept about the slot's claims, too, if that is damaged. */
    private Optional<String> settled(SignalKey key, @Nullable Signal replacement) {
        return thread.call(
                "set aside signal",
                key,
                () -> folder.change(() -> {
                    Optional<String> claim = claims.setAside(key);
                    Work<Optional<String>> rest =
                            () -> records.setAside(claims.unclaimed("set aside signal", key), replacement);
                    Optional<String> record = claim.isEmpty()
                            ? rest.run()
                            : FileFault.after("its claim was set aside", folder.base(), rest);
                    String kept =
                            Stream.of(record, claim).flatMap(Optional::stream).collect(Collectors.joining(" and "));
                    return Optional.of(kept).filter(text -> !text.isEmpty());
                }));
    }

    @Override
    public List<StoreFinding> check() {
        return thread.call("check", () -> List.copyOf(new FolderCheck(folder, files, clock.instant()).findings()));
    }

    @Override
    public String describe() {
        return folder.store();
    }

    @Override
    public void close() {
        thread.close(folder::leave);
    }

    @Override
    public String toString() {
        return describe();
    }
}
