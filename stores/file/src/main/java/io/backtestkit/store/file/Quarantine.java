package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.UnreadableSignalException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps bytes that could not be read beside their file, as {@code BTCUSDT.json.damaged}, then {@code .2.damaged} and so on,
 * and tells what to do about them. The same bytes are kept once, however often they are met.
 */
final class Quarantine {

    private static final int MOST_COPIES = 1_000;

    private final DataFolder folder;
    private final DurableFiles files;

    Quarantine(DataFolder folder, DurableFiles files) {
        this.folder = folder;
        this.files = files;
    }

    /** Makes sure of a durable copy and returns where it is. */
    Path keep(Path file, byte[] bytes) throws FileFault, IOException {
        return folder.change(() -> {
            Path copy = copy(file, bytes);
            if (isThere(copy, bytes)) {
                files.flush(copy); // whoever made it may have been killed before that
                files.flushFolder(FileNames.folderOf(copy));
            } else {
                files.replace(copy, bytes);
            }
            return copy;
        });
    }

    /** Returns where a copy is, or may be made. */
    private Path copy(Path file, byte[] bytes) throws FileFault {
        for (int number = 1; number <= MOST_COPIES; number++) {
            String ending = (number == 1 ? "" : "." + number) + FileNames.DAMAGED;
            Path copy = file.resolveSibling(FileNames.nameOf(file) + ending);
            if (isThere(copy, bytes) || !isThere(copy)) {
                return copy;
            }
        }
        throw FileFault.refused(
                "there are " + MOST_COPIES + " damaged copies of " + file + " already",
                "Look into them and move them away.");
    }

    private boolean isThere(Path copy) throws FileFault {
        return found(copy).isPresent();
    }

    private boolean isThere(Path copy, byte[] bytes) throws FileFault {
        return found(copy).filter(kept -> Arrays.equals(kept, bytes)).isPresent();
    }

    private Optional<byte[]> found(Path copy) throws FileFault {
        try {
            return Optional.of(folder.disk().read(copy));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileFault.of(e, FileFault.Stage.BEFORE, copy);
        }
    }

    /** Makes a copy for whoever looks into it, unless there is one; the original stays where it is. */
    private Path show(Path file, byte[] bytes) throws FileFault, IOException {
        return folder.change(() -> {
            Path copy = copy(file, bytes);
            if (!isThere(copy)) {
                files.copy(copy, bytes);
            }
            return copy;
        });
    }

    /** Keeps a copy as far as that can be, and returns what a caller is told. */
    UnreadableSignalException unreadable(String act, SignalKey key, Path file, byte[] bytes, String fault) {
        String kept = "";
        if (folder.mayChange()) {
            try {
                kept = "Kept as " + folder.relative(show(file, bytes));
            } catch (FileFault e) {
                kept = "Left as it is, since no copy could be made (" + e.found() + ")";
            } catch (IOException e) {
                kept = "Left as it is, since no copy could be made (" + e.getMessage() + ")";
            }
        }
        return new UnreadableSignalException(
                StoreFailure.of(act, key, folder.store(), fault, advice(kept, folder.store(), key, fault)), null);
    }

    /** Returns what to do about damage; {@code kept} says what became of the bytes, a clause, or is empty. */
    static String advice(String kept, String store, SignalKey key, String fault) {
        String newer = fault.contains("newer version")
                ? "read it with the newer version of the program; otherwise no new entry"
                : "no new entry";
        String sentence = newer + " will be taken until you run: " + StoreFailure.resolving(store, key);
        return kept.isEmpty()
                ? sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1)
                : kept + "; " + sentence;
    }
}
