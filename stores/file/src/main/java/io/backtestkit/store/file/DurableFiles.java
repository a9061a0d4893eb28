package io.backtestkit.store.file;

import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Changes files so that the change survives a power cut once the method has returned.
 *
 * <p>A new file is written under a temporary name, forced, and renamed over the old one; then the folder is forced. The
 * folder is opened first, so that running out of file handles is noticed while nothing has changed. A force that failed
 * is never tried again on the same file: the system may have dropped the unwritten pages and would answer that all is well.
 * After {@value #MOST_FAILED_FORCES} failures in a row every change is refused.
 */
final class DurableFiles {

    static final int MOST_FAILED_FORCES = 2;

    private final Disk disk;
    private final Set<Path> durableFolders = new HashSet<>();
    private int failedForces;

    DurableFiles(Disk disk) {
        this.disk = disk;
    }

    boolean isPoisoned() {
        return failedForces >= MOST_FAILED_FORCES;
    }

    /** Refuses once flushing has failed too often. */
    void requireHealthy() throws FileFault {
        if (isPoisoned()) {
            throw FileFault.refused(
                    "flushing to the disk failed " + failedForces + " times in a row, so nothing it says is believed",
                    "Check the disk and the system log, then open the store again.");
        }
    }

    /** Puts those bytes in the place of the file, or makes it; its folder is made if it is missing. */
    void replace(Path file, byte[] bytes) throws FileFault {
        requireHealthy();
        Path folder = FileNames.folderOf(file);
        ensureFolder(folder);
        Path temporary = temporary(file);
        Stage stage = Stage.BEFORE;
        try (Disk.Handle openFolder = disk.folder(folder)) {
            try (Disk.Handle open = disk.create(temporary)) {
                open.write(ByteBuffer.wrap(bytes));
                force(open);
            }
            stage = Stage.CHANGING;
            disk.move(temporary, file);
            stage = Stage.CHANGED;
            force(openFolder);
        } catch (IOException e) {
            if (stage != Stage.CHANGED) {
                deleteQuietly(temporary);
            }
            throw FileFault.of(e, stage, stage == Stage.BEFORE ? folder : file);
        }
        failedForces = 0;
    }

    /** Puts those bytes in a file that is not there yet, and that a power cut may take away again. */
    void copy(Path file, byte[] bytes) throws FileFault {
        requireHealthy();
        requireNoLink(FileNames.folderOf(file));
        Path temporary = temporary(file);
        try {
            try (Disk.Handle open = disk.create(temporary)) {
                open.write(ByteBuffer.wrap(bytes));
            }
            disk.move(temporary, file);
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private static Path temporary(Path file) {
        return file.resolveSibling(FileNames.nameOf(file) + "." + UUID.randomUUID() + FileNames.TEMPORARY);
    }

    /** Deletes the file. If it is not there, what made it go is made durable all the same. */
    void remove(Path file) throws FileFault {
        requireHealthy();
        Path folder = FileNames.folderOf(file);
        requireNoLink(folder);
        Stage stage = Stage.BEFORE;
        try (Disk.Handle openFolder = disk.folder(folder)) {
            stage = Stage.CHANGING;
            disk.delete(file);
            stage = Stage.CHANGED;
            force(openFolder);
        } catch (NoSuchFileException e) {
            if (stage == Stage.BEFORE) {
                return; // not even a folder
            }
            throw FileFault.of(e, stage, file);
        } catch (IOException e) {
            throw FileFault.of(e, stage, file);
        }
        failedForces = 0;
    }

    /**
     * Adds those bytes, in one write, to a file that is there. A write that fails is taken back; it counts as not made if
     * that works and the system refused it, else the file may end in a part of the bytes or in all of them.
     */
    void append(Path file, byte[] bytes) throws FileFault {
        requireHealthy();
        requireNoLink(FileNames.folderOf(file));
        Stage stage = Stage.BEFORE;
        try (Disk.Handle open = disk.append(file)) {
            long length = open.length();
            stage = Stage.CHANGING;
            try {
                open.write(ByteBuffer.wrap(bytes));
            } catch (IOException e) {
                stage = isCutBack(open, length, e) ? Stage.CHANGING : Stage.CHANGED;
                throw e;
            }
            stage = Stage.CHANGED;
            force(open);
        } catch (IOException e) {
            throw FileFault.of(e, stage, file);
        }
        failedForces = 0;
    }

    /** Makes sure that nothing of a failed write stays, not even after a power cut; says whether that worked. */
    private boolean isCutBack(Disk.Handle open, long length, IOException failure) {
        try {
            if (open.length() != length) {
                open.cut(length);
                force(open);
            }
            return true;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** Renames a file within its folder. A power cut may undo that. */
    void rename(Path file, Path to) throws FileFault {
        requireHealthy();
        requireNoLink(FileNames.folderOf(file));
        try {
            disk.move(file, to);
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    /** Flushes a file that another process may have written without flushing it. */
    void flush(Path file) throws FileFault {
        requireHealthy();
        requireNoLink(FileNames.folderOf(file));
        Stage stage = Stage.BEFORE;
        try (Disk.Handle open = disk.append(file)) {
            stage = Stage.CHANGED;
            force(open);
        } catch (IOException e) {
            throw FileFault.of(e, stage, file);
        }
    }

    /** Flushes a folder that is there, with whatever was made or deleted in it before. */
    void flushFolder(Path folder) throws FileFault {
        requireHealthy();
        try (Disk.Handle open = disk.folder(folder)) {
            force(open);
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, folder);
        }
    }

    /** Flushes a folder that is not ours, as far as it can be opened at all. */
    void tryFlushFolder(Path folder) {
        try (Disk.Handle open = disk.folder(folder)) {
            open.force();
        } catch (IOException e) {
            // it was there before us, and the system does not let us do more for it
        }
    }

    /** Takes note that a folder is there for good: it and the folder around it have been flushed. */
    void knowFolder(Path folder) {
        durableFolders.add(folder);
    }

    /**
     * Refuses a folder that is a link: what it leads to is not under the lock of this store, and a file that is not there
     * may be on a disk that is missing.
     */
    static void requireNoLink(Path folder) throws FileFault {
        if (isLink(folder)) {
            throw FileFault.refused(
                    folder + " was a link, and what it leads to is not under the lock of this store",
                    "Put a real folder in its place.");
        }
    }

    /** Unlike {@link Files#isSymbolicLink}, does not take a failing disk for an answer. */
    private static boolean isLink(Path path) throws FileFault {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isSymbolicLink();
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, path);
        }
    }

    /** Makes the folder if it is missing, and makes sure that it stays. */
    void ensureFolder(Path folder) throws FileFault {
        boolean exists = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
        if (exists && durableFolders.contains(folder)) {
            return;
        }
        requireNoLink(folder);
        Path parent = FileNames.folderOf(folder);
        try {
            if (!exists) {
                createFolder(folder);
            }
            try (Disk.Handle open = disk.folder(parent)) {
                force(open);
            }
        } catch (IOException e) {
            if (!exists && Files.isDirectory(folder)) {
                deleteQuietly(folder); // made again next time, so that there is something new to flush
            }
            throw FileFault.of(e, Stage.BEFORE, folder);
        }
        durableFolders.add(folder);
    }

    private void createFolder(Path folder) throws IOException {
        try {
            disk.createFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            } // else another store that is being opened was faster
        }
    }

    private void force(Disk.Handle open) throws IOException {
        try {
            open.force();
        } catch (IOException e) {
            failedForces++;
            throw e;
        }
    }

    /** Leaves a temporary file behind if it must: it is set aside at the next opening. */
    private void deleteQuietly(Path path) {
        try {
            disk.delete(path);
        } catch (IOException e) {
            // the failure that led here is the one to report
        }
    }
}
