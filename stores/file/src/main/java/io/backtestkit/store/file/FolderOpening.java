package io.backtestkit.store.file;

import io.backtestkit.store.StoreFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens a data folder for trading: makes it, forces it before any value in it is trusted, sets aside what a crash left, and
 * examines every record. Forcing and setting aside are a change, so that no living process has a file half written.
 */
final class FolderOpening {

    private static final System.Logger LOG = System.getLogger(FileSignalStore.class.getName());

    private final Path given;
    private final String store;
    private final DurableFiles files;
    private final StoreThread thread;

    FolderOpening(Path given, String store, DurableFiles files, StoreThread thread) {
        this.given = given;
        this.store = store;
        this.files = files;
        this.thread = thread;
    }

    /** Does it; who gets the folder leaves its lock in the end. */
    DataFolder open(Disk disk) throws FileFault, IOException {
        Path base = makeFolders();
        FolderLock lock = FolderLock.join(base);
        boolean opened = false;
        try {
            DataFolder folder = new DataFolder(base, store, disk, lock, thread::deadline);
            folder.change(() -> {
                forceFolders(folder);
                setStaleAside(folder);
            });
            tellDamaged(folder);
            tellWeak(FolderCheck.fileSystem(base));
            opened = true;
            return folder;
        } finally {
            if (!opened) {
                lock.leave();
            }
        }
    }

    /** Makes the folder and those around it, each made durable before the next; returns its real path. */
    private Path makeFolders() throws FileFault, IOException {
        List<Path> missing = new ArrayList<>();
        @Nullable Path existing = given.toAbsolutePath();
        while (existing != null && !Files.isDirectory(existing)) {
            missing.add(0, existing);
            existing = existing.getParent();
        }
        for (Path folder : missing) {
            files.ensureFolder(folder);
        }
        return given.toRealPath();
    }

    /** Forces the folder, those inside it, and as far as they can be opened those around it. */
    private void forceFolders(DataFolder folder) throws FileFault, IOException {
        for (Path around = folder.base().getParent(); around != null; around = around.getParent()) {
            files.tryFlushFolder(around);
        }
        files.flushFolder(folder.base());
        files.knowFolder(folder.base());
        for (Path strategy : folder.strategyFolders()) {
            if (!Files.isSymbolicLink(strategy)) {
                files.flushFolder(strategy);
                files.knowFolder(strategy);
            }
        }
    }

    private void setStaleAside(DataFolder folder) throws FileFault, IOException {
        for (Path file : folder.filesEndingIn(FileNames.TEMPORARY)) {
            Path aside = file.resolveSibling(FileNames.nameOf(file) + FileNames.STALE);
            files.rename(file, aside);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Set aside in " + store + ": " + folder.relative(aside) + ", a write that was never finished.");
        }
    }

    private void tellDamaged(DataFolder folder) throws IOException {
        for (Path file : folder.ownFiles(FileNames.RECORD)) {
            // empty if another process deleted it while we looked
            Optional<StoredRecord> found = StoredRecord.load(folder, file);
            if (found.isPresent() && !found.get().fault().isEmpty()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Found damaged in " + store + ": " + folder.relative(file) + ", "
                                + found.get().fault()
                                + ". Its slot takes no new entry. Run: backtest-kit store check --store " + store);
            }
        }
    }

    private void tellWeak(StoreFinding finding) {
        if (finding.level() != StoreFinding.Level.OK) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The promise of " + store + " is weak: " + finding.found() + ". " + finding.advice());
        }
    }
}
