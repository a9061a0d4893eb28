package io.backtestkit.store.file;

import io.backtestkit.store.StoreFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

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
        Path found = deepestFolder();
        Path base = makeFolders(found);
        FolderLock lock = FolderLock.join(base);
        boolean opened = false;
        try {
            DataFolder folder = new DataFolder(base, store, disk, lock, thread::deadline);
            folder.change(() -> {
                forceFolders(folder, found.toRealPath());
                setStaleAside(folder);
            });
            tellDamaged(folder);
            tellWeak(FolderCheck.fileSystem(folder));
            opened = true;
            return folder;
        } finally {
            if (!opened) {
                lock.leave();
            }
        }
    }

    /** Returns the deepest folder on the way to the one given which is there. */
    private Path deepestFolder() {
        Path deepest = given.toAbsolutePath();
        for (Path around = deepest; around != null; around = around.getParent()) {
            deepest = around;
            if (Files.isDirectory(around)) {
                break;
            }
        }
        return deepest;
    }

    /**
     * Makes the folders below the one found, each made durable before the next; returns the real path of the last. One that
     * another opener has made meanwhile may not be durable yet, so it is treated like the others.
     */
    private Path makeFolders(Path found) throws FileFault, IOException {
        Path wanted = given.toAbsolutePath();
        if (!found.equals(wanted)) {
            Path made = found;
            for (Path name : found.relativize(wanted)) {
                made = made.resolve(name);
                files.ensureFolder(made);
            }
        }
        return given.toRealPath();
    }

    /** Forces the folder, those inside it, and as far as they can be opened those around it that were not forced yet. */
    private void forceFolders(DataFolder folder, Path found) throws FileFault, IOException {
        for (Path around = found.getParent(); around != null; around = around.getParent()) {
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
            if (Files.isSymbolicLink(FileNames.folderOf(file)) || Files.isDirectory(file)) {
                continue; // not under this lock, somebody may be writing it; or not of this store at all
            }
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
