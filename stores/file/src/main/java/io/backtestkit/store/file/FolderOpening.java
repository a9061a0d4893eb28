package io.backtestkit.store.file;

import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Opens a data folder for trading: makes it, locks it, forces it before any value in it is trusted, sets aside what a crash
 * left, examines every record, and names this process as the owner.
 */
final class FolderOpening {

    private static final System.Logger LOG = System.getLogger(FileSignalStore.class.getName());

    /**
     * An open folder.
     *
     * @param folder where
     * @param files how it is changed
     * @param lock the right to change it
     * @param epoch which opening this is
     */
    record Opened(DataFolder folder, DurableFiles files, FolderLock lock, long epoch) {}

    private FolderOpening() {}

    static Opened open(Path given, Disk disk) throws FileFault {
        String store = "file:" + given;
        DurableFiles files = new DurableFiles(disk);
        try {
            Path found = deepestFolder(given);
            Path base = makeFolders(found, given, files);
            DataFolder folder = new DataFolder(base, store, disk);
            FolderLock lock = FolderLock.take(folder);
            try {
                forceFolders(folder, found.toRealPath(), files);
                setStaleAside(folder, files);
                long epoch = lock.own(files, newestRecord(folder));
                warn(FolderCheck.fileSystem(base), store);
                return new Opened(folder, files, lock, epoch);
            } catch (IOException | FileFault | RuntimeException e) {
                lock.release();
                throw e;
            }
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, given);
        }
    }

    /** Returns the deepest folder on the way to that one which is there. */
    private static Path deepestFolder(Path given) {
        Path deepest = given.toAbsolutePath();
        for (Path around = deepest; around != null; around = around.getParent()) {
            deepest = around;
            if (Files.isDirectory(around)) {
                break;
            }
        }
        return deepest;
    }

    /** Makes the folders below the one found, each made durable before the next; returns the real path of the last. */
    private static Path makeFolders(Path found, Path given, DurableFiles files) throws FileFault, IOException {
        Path made = found;
        for (Path name : found.relativize(given.toAbsolutePath())) {
            made = made.resolve(name);
            if (!Files.isDirectory(made)) {
                files.ensureFolder(made);
            }
        }
        return given.toRealPath();
    }

    /** Forces the folder, those inside it, and as far as they can be opened those around it that were not forced yet. */
    private static void forceFolders(DataFolder folder, Path found, DurableFiles files) throws FileFault, IOException {
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

    private static void setStaleAside(DataFolder folder, DurableFiles files) throws FileFault, IOException {
        for (Path file : folder.filesEndingIn(FileNames.TEMPORARY)) {
            Path aside = file.resolveSibling(FileNames.nameOf(file) + FileNames.STALE);
            files.rename(file, aside);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Set aside in " + folder.store() + ": " + folder.relative(aside)
                            + ", a write that was never finished.");
        }
    }

    /** Examines every record, tells of the damaged ones, and returns the newest epoch under which one was written. */
    private static long newestRecord(DataFolder folder) throws IOException {
        long newest = 0;
        for (Path file : folder.ownFiles(FileNames.RECORD)) {
            StoredRecord found =
                    StoredRecord.load(folder, file).orElseThrow(() -> new NoSuchFileException(file.toString()));
            if (found.envelope() != null) {
                newest = Math.max(newest, found.envelope().epoch());
            } else {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Found damaged in " + folder.store() + ": " + folder.relative(file) + ", " + found.fault()
                                + ". Its slot takes no new entry. Run: backtest-kit store check --store "
                                + folder.store());
            }
        }
        return newest;
    }

    private static void warn(StoreFinding finding, String store) {
        if (finding.level() != StoreFinding.Level.OK) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "The promise of " + store + " is weak: " + finding.found() + ". " + finding.advice());
        }
    }
}
