package io.backtestkit.store.file;

import io.backtestkit.store.file.StoreThread.Act;
import io.backtestkit.store.file.StoreThread.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a store, opened for changing it or only for looking at it.
 *
 * @param base its real path
 * @param store how it was named by the user, for messages: {@code file:./data}
 * @param disk what to reach it through
 * @param lock what a change takes; null if the folder was opened for looking at it
 * @param deadline until when a change may wait for the lock
 */
record DataFolder(
        Path base, String store, Disk disk, @Nullable FolderLock lock, LongSupplier deadline) {

    /** Opens it for looking at it: takes no lock. */
    static DataFolder lookedAt(Path base, String store, Disk disk) {
        return new DataFolder(base, store, disk, null, () -> 0);
    }

    /** Says whether the folder was opened for changing it. */
    boolean mayChange() {
        return lock != null;
    }

    /** Makes a change while no other store, here or in another process, makes one. It may contain others. */
    <T> T change(Work<T> change) throws FileFault, IOException {
        if (lock == null) {
            throw FileFault.refused("it was opened for reading only", "Open it for writing.");
        }
        return lock.hold(deadline.getAsLong(), change);
    }

    /** Makes a change that returns nothing. */
    void change(Act change) throws FileFault, IOException {
        this.<Boolean>change(() -> {
            change.run();
            return true;
        });
    }

    /** Refuses when the folder is gone, an unmounted disk for example: nothing in it must be taken for no signal. */
    void requireThere() throws FileFault {
        if (lock != null) {
            lock.requireThere();
        } else if (Files.exists(base) && !Files.isDirectory(base)) {
            throw FileFault.refused(base + " was a file, not a folder", "Name the data folder, not a file in it.");
        } else if (!Files.isDirectory(base)) {
            throw FileFault.refused(base + " is not there", "Check the path, or whether a disk is missing.");
        }
    }

    /** Refuses where a file that was not found may be on a disk that is missing: nothing must be taken for no signal. */
    void requireAbsent(Path file) throws FileFault {
        requireThere();
        DurableFiles.requireNoLink(FileNames.folderOf(file));
    }

    /** Refuses when not every file was listed: a strategy's folder was a link that leads nowhere. */
    void requireAllListed() throws FileFault, IOException {
        requireThere();
        for (Path file : disk.list(base)) {
            if (FileNames.isOurFolder(file) && !isFolder(file)) {
                DurableFiles.requireNoLink(file);
            }
        }
    }

    /** Gives the lock back for good. */
    void leave() {
        if (lock != null) {
            lock.leave();
        }
    }

    /** Returns the folders of the strategies, in the order of their names. */
    List<Path> strategyFolders() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : disk.list(base)) {
            if (isOurs(file)) {
                found.add(file);
            }
        }
        return found;
    }

    /**
     * Returns the files with that ending in the data folder and the folders of the strategies. Other folders count as files:
     * nobody may look into {@code lost+found}, which every ext4 disk has in its root.
     */
    List<Path> filesEndingIn(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : disk.list(base)) {
            if (isOurs(file)) {
                found.addAll(disk.list(file));
            } else {
                found.add(file);
            }
        }
        found.removeIf(file -> !FileNames.nameOf(file).endsWith(ending));
        return found;
    }

    private static boolean isOurs(Path folder) throws IOException {
        return FileNames.isOurFolder(folder) && isFolder(folder);
    }

    /** Unlike {@link Files#isDirectory}, does not take a failing disk for an answer. */
    private static boolean isFolder(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException e) {
            return false; // deleted since it was listed
        }
    }

    /** Returns the files with that ending that hold signals or trades: those whose name this store could have given. */
    List<Path> ownFiles(String ending) throws IOException {
        return filesEndingIn(ending).stream()
                .filter(file -> FileNames.isOurs(base, file, ending))
                .toList();
    }

    /** Returns how a file is named in messages: relative to the data folder. */
    String relative(Path file) {
        return base.relativize(file).toString().replace('\\', '/');
    }
}
