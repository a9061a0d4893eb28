package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.file.FileFault.Kind;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The trade log of a file store: {@code data/{strategy}/{symbol}.trades.jsonl}, one {@link TradeLine} for each ended signal.
 *
 * <p>A damaged line makes every reading throw, but keeps nothing from being appended: a position that was left must be
 * recorded. Appending costs one write and one flush; a log that a crash or a failed flush left in doubt is first
 * written once more in full, its torn tail kept beside it.
 */
final class FileTradeLog implements TradeLog {

    /** What tells signals of one key apart, as in {@link EndedSignal#sameSignalAs}. */
    private record Identity(String id, Instant createdAt) {
        static Identity of(EndedSignal ended) {
            return new Identity(ended.signal().id(), ended.signal().createdAt());
        }
    }

    /** What is remembered of a log between two appends. */
    private static final class Index {
        final Set<Identity> known = new HashSet<>();
        final String fault;
        final boolean endsClean;

        @Nullable
        EndedSignal last;

        long length;

        Index(TradeFile found) {
            found.trades().forEach(this::add);
            fault = found.fault();
            endsClean = found.endsClean();
            length = found.whole().length + (long) found.torn().length;
        }

        void add(EndedSignal ended) {
            known.add(Identity.of(ended));
            last = ended;
        }
    }

    private final DataFolder folder;
    private final DurableFiles files;
    private final Ownership ownership;
    private final StoreAccess access;
    private final Map<Path, Index> indexes = new HashMap<>();
    private final Set<Path> inDoubt = new HashSet<>();

    FileTradeLog(DataFolder folder, DurableFiles files, Ownership ownership, StoreAccess access) {
        this.folder = folder;
        this.files = files;
        this.ownership = ownership;
        this.access = access;
    }

    @Override
    public void append(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        byte[] line = TradeLine.encode(ended);
        access.run("log ended signal", key, () -> appendLine(ended, line));
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        return access.call("read trades of", key, () -> {
            Path file = FileNames.tradeLog(folder.base(), key);
            if (ownership.isHeld()) {
                index(file); // makes sure that what is read stays
            }
            TradeFile found = load(file);
            requireReadable(key, found.fault());
            return found.trades().stream()
                    .filter(ended ->
                            !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                    .toList();
        });
    }

    /** Remembers the answer while the store is open for trading, since then nobody else adds to the log. */
    @Override
    public Optional<EndedSignal> last(SignalKey key) {
        return access.call("read trades of", key, () -> {
            Path file = FileNames.tradeLog(folder.base(), key);
            Index index = index(file);
            requireReadable(key, index.fault);
            return Optional.ofNullable(index.last);
        });
    }

    @Override
    public List<SignalKey> loggedKeys() {
        return access.call("list the trade logs of", () -> {
            Set<SignalKey> keys = new TreeSet<>();
            for (Path file : folder.ownFiles(FileNames.TRADES)) {
                load(file).key().ifPresent(keys::add);
            }
            ownership.requireFolder();
            return List.copyOf(keys);
        });
    }

    @Override
    public void discard(SignalKey key) {
        access.run("discard the trades of", key, () -> {
            ownership.requireHeld();
            Path file = FileNames.tradeLog(folder.base(), key);
            indexes.remove(file);
            files.remove(file);
            inDoubt.remove(file);
        });
    }

    private void appendLine(EndedSignal ended, byte[] line) throws FileFault, IOException {
        ownership.requireHeld();
        files.requireHealthy();
        Path file = FileNames.tradeLog(folder.base(), ended.signal().key());
        Index index = cleanIndex(file);
        if (index.known.contains(Identity.of(ended))) {
            return;
        }
        try {
            if (index.length == 0) {
                files.replace(file, line);
            } else {
                files.append(file, line);
            }
        } catch (FileFault e) {
            doubt(file, e);
            throw e;
        }
        index.add(ended);
        index.length += line.length;
    }

    /** Returns the index of a log to which a line can be added: a torn tail is cut off. */
    private Index cleanIndex(Path file) throws FileFault, IOException {
        Index index = index(file);
        if (index.endsClean) {
            return index;
        }
        indexes.remove(file);
        rewrite(load(file));
        return index(file);
    }

    /** Returns the index of a log of which every readable line is durable: a crash may have left some unflushed. */
    private Index index(Path file) throws FileFault, IOException {
        settle(file);
        Index known = indexes.get(file);
        if (known != null && known.length == lengthOf(file)) {
            return known;
        }
        Index found = new Index(load(file));
        if (ownership.isHeld() && !files.isPoisoned()) {
            try {
                if (found.length > 0) {
                    files.flush(file);
                }
            } catch (FileFault e) {
                doubt(file, e);
                throw e;
            }
            indexes.put(file, found);
        }
        return found;
    }

    private void rewrite(TradeFile found) throws FileFault {
        Path file = found.file();
        if (found.torn().length > 0) {
            new Quarantine(folder.disk(), files).keep(file, found.torn());
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
            rewrite(load(file));
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
                ownership.requireFolder();
            }
            return found;
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private static long lengthOf(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
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
