package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.file.FileFault.Kind;
import io.backtestkit.store.file.FileFault.Stage;
import io.backtestkit.store.file.TradeIndex.Stamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The trade log of a file store: {@code data/{strategy}/{symbol}.trades.jsonl}, one {@link TradeLine} for each ended signal.
 *
 * <p>A damaged line makes reading the trades throw, and reading the last one if it is the last, but keeps nothing from being
 * appended: a position that was left must be recorded. Appending costs one write and one flush; a log that a crash or a failed flush left in doubt is first
 * written once more in full, its torn tail kept beside it. What was read is remembered until the file is another one, has
 * another length or was changed since: then some other store wrote it, or a person mended it.
 */
final class FileTradeLog implements TradeLog {

    private static final int MOST_LOOKS = 10;

    private final DataFolder folder;
    private final DurableFiles files;
    private final StoreThread thread;
    private final Map<Path, TradeIndex> indexes = new HashMap<>();
    private final Set<Path> inDoubt = new HashSet<>();

    FileTradeLog(DataFolder folder, DurableFiles files, StoreThread thread) {
        this.folder = folder;
        this.files = files;
        this.thread = thread;
    }

    @Override
    public void append(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        thread.run("log ended signal", key, () -> folder.change(() -> add(ended)));
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        return thread.call("read trades of", key, () -> {
            Path file = FileNames.tradeLog(folder.base(), key);
            TradeFile found = load(file);
            if (folder.mayChange()) {
                index(file); // makes sure that what was read stays
            }
            requireReadable(key, found.fault());
            return found.trades().stream()
                    .filter(ended ->
                            !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                    .toList();
        });
    }

    /** Throws only if the last line is damaged: an older one does not keep what ended last from being known. */
    @Override
    public Optional<EndedSignal> last(SignalKey key) {
        return thread.call("read trades of", key, () -> {
            Path file = FileNames.tradeLog(folder.base(), key);
            TradeIndex index = index(file);
            requireReadable(key, index.lastFault());
            return index.last();
        });
    }

    @Override
    public List<SignalKey> loggedKeys() {
        return thread.call("list the trade logs of", () -> {
            Set<SignalKey> keys = new TreeSet<>();
            for (Path file : folder.ownFiles(FileNames.TRADES)) {
                load(file).key().ifPresent(keys::add);
            }
            folder.requireAllListed();
            return List.copyOf(keys);
        });
    }

    @Override
    public void discard(SignalKey key) {
        thread.run(
                "discard the trades of",
                key,
                () -> folder.change(() -> {
                    Path file = FileNames.tradeLog(folder.base(), key);
                    indexes.remove(file);
                    files.remove(file);
                    inDoubt.remove(file);
                }));
    }

    /** Adds it unless it is there. Under the lock. */
    void add(EndedSignal ended) throws FileFault, IOException {
        files.requireHealthy();
        byte[] line = TradeLine.encode(ended);
        Path file = FileNames.tradeLog(folder.base(), ended.signal().key());
        TradeIndex index = cleanIndex(file);
        if (index.contains(ended)) {
            return;
        }
        indexes.remove(file);
        try {
            if (index.stamp().length() == 0) {
                files.replace(file, line);
            } else {
                files.append(file, line);
            }
        } catch (FileFault e) {
            doubt(file, e);
            throw e;
        }
        remember(file, index, ended);
    }

    private void remember(Path file, TradeIndex index, EndedSignal ended) {
        try {
            index.added(ended, Stamp.of(file));
            indexes.put(file, index);
        } catch (IOException e) {
            // the trade is in the log all the same, which is read again next time
        }
    }

    /** Returns the index of a log to which a line can be added: a torn tail is cut off. */
    private TradeIndex cleanIndex(Path file) throws FileFault, IOException {
        TradeIndex index = index(file);
        if (index.endsClean()) {
            return index;
        }
        indexes.remove(file);
        rewrite(load(file));
        Stamp stamp = Stamp.of(file);
        return new TradeIndex(load(file), stamp); // the rewriting has flushed it
    }

    /** Returns the index of a log of which every readable line is durable: a crash may have left some unflushed. */
    private TradeIndex index(Path file) throws FileFault, IOException {
        settle(file);
        for (int look = 1; look <= MOST_LOOKS; look++) {
            Stamp stamp = Stamp.of(file);
            TradeIndex known = indexes.get(file);
            if (known != null && known.stamp().equals(stamp)) {
                return known;
            }
            TradeIndex found = new TradeIndex(load(file), stamp);
            if (!folder.mayChange() || files.isPoisoned()) {
                return found;
            }
            if (flushed(file, found)) {
                indexes.put(file, found);
                return found;
            }
        }
        throw new FileFault(Kind.NOT_DONE, folder.relative(file) + " was replaced again and again", "Try again.", null);
    }

    /** Flushes the file and its entry in the folder; says whether it was still the file that was read. */
    private boolean flushed(Path file, TradeIndex found) throws FileFault, IOException {
        if (found.stamp().length() == 0 && found.isEmpty()) {
            return true;
        }
        try {
            files.flush(file);
            files.flushFolder(FileNames.folderOf(file));
        } catch (FileFault e) {
            indexes.remove(file);
            inDoubt.add(file);
            throw e;
        }
        return Stamp.of(file).sameFile(found.stamp());
    }

    private void rewrite(TradeFile found) throws FileFault, IOException {
        Path file = found.file();
        if (found.torn().length > 0) {
            new Quarantine(folder, files).keep(file, found.torn());
        }
        try {
            files.replace(file, found.cleanBytes());
        } catch (FileFault e) {
            doubt(file, e);
            throw e;
        }
    }

    /** After a flush that failed, what the file shows is not believed: it is written once more, in full, elsewhere. */
    private void settle(Path file) throws FileFault, IOException {
        if (inDoubt.contains(file)) {
            files.requireHealthy();
            folder.change(() -> rewrite(load(file)));
            inDoubt.remove(file);
        }
    }

    private void doubt(Path file, FileFault fault) {
        indexes.remove(file);
        if (fault.kind() == Kind.UNKNOWN) {
            inDoubt.add(file);
        }
    }

    private TradeFile load(Path file) throws FileFault {
        try {
            TradeFile found = TradeFile.load(folder, file);
            if (found.whole().length == 0) {
                folder.requireAbsent(file);
            }
            return found;
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private void requireReadable(SignalKey key, String fault) {
        if (!fault.isEmpty()) {
            throw new UnreadableSignalException(
                    StoreFailure.of(
                            "read trades of",
                            key,
                            folder.store(),
                            fault,
                            "Mend or remove that line while nothing trades here, then run: backtest-kit store check"
                                    + " --store " + folder.store()),
                    null);
        }
    }
}
