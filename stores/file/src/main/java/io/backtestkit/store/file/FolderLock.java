package io.backtestkit.store.file;

import io.backtestkit.store.file.FileFault.Kind;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right of one process to change a data folder, from opening to closing.
 *
 * <p>The system's lock on {@code .lock} keeps other processes out. It vanishes when any part of this process opens and
 * closes that file once more, so a name in the system properties, which all class loaders share, keeps this process from
 * ever touching it twice. Because locks of network file systems cannot be relied on, {@code .owner} says who
 * opened the folder last, and is compared before each change.
 */
final class FolderLock implements Ownership {

    private static final String REGISTRY = "io.backtestkit.store.file.open:";

    private final DataFolder folder;
    private final String registered;
    private @Nullable FileChannel channel;
    private byte[] owner = {};

    private FolderLock(DataFolder folder, String registered) {
        this.folder = folder;
        this.registered = registered;
    }

    /** Takes the folder, or refuses and names who has it. */
    static FolderLock take(DataFolder folder) throws FileFault {
        try {
            Object identity = Files.readAttributes(folder.base(), BasicFileAttributes.class)
                    .fileKey();
            String registered = REGISTRY + (identity != null ? identity : folder.base());
            if (System.getProperties().putIfAbsent(registered, "yes") != null) {
                throw inUse(folder);
            }
            FolderLock lock = new FolderLock(folder, registered);
            try {
                lock.lockFile();
            } catch (IOException | FileFault | RuntimeException e) {
                lock.release();
                throw e;
            }
            return lock;
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, folder.base());
        }
    }

    private void lockFile() throws IOException, FileFault {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileChannel opened =
                FileChannel.open(folder.base().resolve(FileNames.LOCK), options, LocalDisk.mode("rw-------"));
        channel = opened;
        @Nullable FileLock taken;
        try {
            taken = opened.tryLock();
        } catch (OverlappingFileLockException e) {
            taken = null;
        }
        if (taken == null) {
            throw inUse(folder);
        }
    }

    private static FileFault inUse(DataFolder folder) {
        String holder = lastOwner(folder).map(Owner::toString).orElse("another process");
        return FileFault.refused(
                "it is in use by " + holder, "Stop that process first, or give this one another folder.");
    }

    /** Returns who opened the folder last; empty if nobody did, or the owner file is damaged. */
    static Optional<Owner> lastOwner(DataFolder folder) {
        try {
            return Owner.decode(folder.disk().read(folder.base().resolve(FileNames.OWNER)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Names this process as the owner, under an epoch above that of the last owner and above {@code seen}. */
    long own(DurableFiles files, long seen) throws FileFault {
        long last = lastOwner(folder).map(Owner::epoch).orElse(0L);
        Owner self = Owner.thisProcess(Math.max(last, seen) + 1);
        files.replace(folder.base().resolve(FileNames.OWNER), self.encode());
        owner = self.encode();
        return self.epoch();
    }

    @Override
    public boolean isHeld() {
        return true;
    }

    @Override
    public void requireFolder() throws FileFault {
        readOwner();
    }

    @Override
    public void requireHeld() throws FileFault {
        byte[] present = readOwner();
        if (!Arrays.equals(present, owner)) {
            String other = Owner.decode(present)
                    .map(found -> found + " opened the folder under epoch " + found.epoch())
                    .orElse("something else changed the owner file");
            throw new FileFault(
                    Kind.CLAIM_LOST,
                    other + ", this process holds "
                            + Owner.decode(owner).map(Owner::epoch).orElse(0L),
                    "Stop trading here at once; find out why two processes use one folder.",
                    null);
        }
    }

    private byte[] readOwner() throws FileFault {
        Path file = folder.base().resolve(FileNames.OWNER);
        try {
            return folder.disk().read(file);
        } catch (NoSuchFileException e) {
            throw new FileFault(
                    Kind.REFUSED,
                    file + " was gone",
                    "Was a disk unmounted, or the folder moved or emptied? Bring it back, then open the store again.",
                    e);
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    /** Lets the folder go. A second call does nothing. */
    void release() {
        FileChannel open = channel;
        channel = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            System.getLogger(FolderLock.class.getName())
                    .log(System.Logger.Level.WARNING, "Cannot close the lock file of " + folder.store() + ".", e);
        }
        System.getProperties().remove(registered, "yes");
    }
}
