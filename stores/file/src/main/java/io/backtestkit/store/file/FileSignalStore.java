package io.backtestkit.store.file;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ReadOnlySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps signals in a folder, one file each: {@code data/breakout/BTCUSDT.json} holds the bytes of a {@link SignalEnvelope}.
 *
 * <p>One process has the folder, from {@link #open} to {@link #close}; a second one is refused and told who has it. Each
 * opening raises the epoch under which records are written. Once flushing to the disk has failed twice in a row, every
 * change is refused until the store is opened again; reading goes on.
 *
 * <p>Does not keep its promise on memory, network or container file systems; the log says so at opening. On Windows a
 * finished rename may be lost in a power cut, since folders cannot be flushed there.
 */
public final class FileSignalStore implements SignalStore {

    private final DataFolder folder;
    private final DurableFiles files;
    private final Ownership ownership;
    private final long epoch;
    private final Runnable release;
    private final RecordFiles records;
    private final StoreAccess access;
    private final FileTradeLog tradeLog;

    private FileSignalStore(
            DataFolder folder,
            DurableFiles files,
            Ownership ownership,
            long epoch,
            StoreAccess access,
            Runnable release) {
        this.folder = folder;
        this.files = files;
        this.ownership = ownership;
        this.epoch = epoch;
        this.access = access;
        this.release = release;
        records = new RecordFiles(folder, files, ownership);
        tradeLog = new FileTradeLog(folder, files, ownership, access);
    }

    /**
     * Opens the folder for trading; makes it if it is missing. Damaged records do not keep it from opening.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the path leads to a file, another store has the folder, or it
     *     cannot be written to
     * @throws io.backtestkit.store.StoreUnavailableException if the disk fails
     */
    public static FileSignalStore open(Path folder) {
        return open(folder, new LocalDisk());
    }

    static FileSignalStore open(Path folder, Disk disk) {
        String store = "file:" + folder;
        StoreThread thread = new StoreThread(store);
        return thread.call(() -> {
            try {
                FolderOpening.Opened opened = FolderOpening.open(folder, disk);
                FolderLock lock = opened.lock();
                StoreAccess access = new StoreAccess(opened.folder(), thread);
                return new FileSignalStore(
                        opened.folder(), opened.files(), lock, opened.epoch(), access, lock::release);
            } catch (FileFault e) {
                thread.retire();
                throw e.whileDoing("open store", store);
            }
        });
    }

    /**
     * Opens the folder for looking at it, also while another process trades: takes no lock, makes and changes nothing.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the folder is not there or cannot be read
     */
    public static SignalStore openReadOnly(Path folder) {
        String store = "file:" + folder;
        try {
            Disk disk = new LocalDisk();
            new LookingOn(new DataFolder(folder, store, disk)).requireFolder();
            DataFolder real = new DataFolder(folder.toRealPath(), store, disk);
            real.strategyFolders();
            StoreAccess access = new StoreAccess(real, new StoreThread(store));
            return new ReadOnlySignalStore(
                    new FileSignalStore(real, new DurableFiles(disk), new LookingOn(real), 0, access, () -> {}));
        } catch (IOException e) {
            throw FileFault.of(e, FileFault.Stage.BEFORE, folder).whileDoing("open store", store);
        } catch (FileFault e) {
            throw e.whileDoing("open store", store);
        }
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        byte[] sealed = new SignalEnvelope(signal, epoch).seal();
        access.run("write signal", key, () -> records.write(key, sealed, epoch));
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return access.call("read signal", key, () -> records.read(key));
    }

    @Override
    public void delete(SignalKey key) {
        access.run("delete signal", key, () -> records.delete(key, epoch));
    }

    @Override
    public Set<SignalKey> keys() {
        return access.call("list the signals of", records::keys);
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(tradeLog);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return access.call("set aside signal", key, () -> records.setAside(key));
    }

    @Override
    public List<StoreFinding> check() {
        return access.call("check", () -> List.copyOf(new FolderCheck(folder, files, ownership).findings()));
    }

    @Override
    public String describe() {
        return folder.store();
    }

    @Override
    public void close() {
        access.close(release);
    }

    @Override
    public String toString() {
        return describe();
    }
}
