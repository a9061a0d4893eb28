package io.backtestkit.store.file;

import io.backtestkit.store.file.FileFault.Kind;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one store at a time change a data folder, in this process and among all of them.
 *
 * <p>The system's lock on {@code .lock} keeps other processes out, and goes when its process is killed. It would go, too,
 * if any part of this process opened and closed that file once more. So all stores of this process share one open file per
 * folder, and a name in the system properties, which all class loaders share, keeps this process from a second one.
 */
final class FolderLock {

    /** Which folder it is, whatever path leads to it. */
    private record Identity(FileSystem fileSystem, Object key) {
        static Identity of(Path base) throws IOException {
            @Nullable Object key = fileKey(base);
            return new Identity(base.getFileSystem(), key != null ? key : base);
        }

        String property() {
            return "io.backtestkit.store.file.open:" + System.identityHashCode(fileSystem) + ":" + key;
        }
    }

    private static final Map<Identity, FolderLock> SHARED = new HashMap<>();
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Identity identity;
    private final Path file;
    private final FileChannel channel;
    private final @Nullable Object fileKey;
    private final ReentrantLock inThisProcess = new ReentrantLock();
    private @Nullable FileLock amongProcesses;
    private int stores;

    private FolderLock(Identity identity, Path file, FileChannel channel) throws IOException {
        this.identity = identity;
        this.file = file;
        this.channel = channel;
        this.fileKey = fileKey(file);
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Returns the lock of that folder; to be given back by {@link #leave}. */
    static FolderLock join(Path base) throws FileFault {
        synchronized (SHARED) {
            try {
                Identity identity = Identity.of(base);
                FolderLock lock = SHARED.get(identity);
                if (lock == null) {
                    lock = open(identity, base.resolve(FileNames.LOCK));
                    SHARED.put(identity, lock);
                }
                lock.stores++;
                return lock;
            } catch (IOException e) {
                throw FileFault.of(e, Stage.BEFORE, base);
            }
        }
    }

    private static FolderLock open(Identity identity, Path file) throws IOException, FileFault {
        if (System.getProperties().putIfAbsent(identity.property(), "yes") != null) {
            throw FileFault.refused(
                    "another class loader of this process has it open",
                    "Close that store first, or load the library once for both.");
        }
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileChannel opened = null;
        try {
            opened = FileChannel.open(file, options, LocalDisk.mode("rw-------"));
            return new FolderLock(identity, file, opened);
        } catch (IOException | RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            System.getProperties().remove(identity.property());
            throw e;
        }
    }

    /** Says that one store of this process needs the lock no more. */
    void leave() {
        synchronized (SHARED) {
            stores--;
            if (stores > 0) {
                return;
            }
            SHARED.remove(identity);
            try {
                channel.close();
            } catch (IOException e) {
                warn("Cannot close " + file + ".", e);
            } finally {
                System.getProperties().remove(identity.property());
            }
        }
    }

    /**
     * Takes the lock, does that work and gives the lock back; inside such work it just does the work.
     *
     * @param deadline until when to wait for the lock, as in {@link System#nanoTime}; it is tried once in any case
     */
    <T> T hold(long deadline, StoreThread.Work<T> work) throws FileFault, IOException {
        if (inThisProcess.isHeldByCurrentThread()) {
            return work.run();
        }
        while (!take()) {
            if (System.nanoTime() - deadline >= 0) {
                throw busy();
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        try {
            requireThere();
            return work.run();
        } finally {
            giveBack();
        }
    }

    private boolean take() throws FileFault {
        if (!inThisProcess.tryLock()) {
            return false;
        }
        boolean taken = false;
        try {
            if (amongProcesses == null) {
                amongProcesses = channel.tryLock();
            } // else it could not be given back the last time
            taken = amongProcesses != null;
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        } finally {
            if (!taken) {
                inThisProcess.unlock();
            }
        }
        return taken;
    }

    private void giveBack() {
        try {
            if (amongProcesses != null) {
                amongProcesses.release();
            }
            amongProcesses = null;
        } catch (IOException e) {
            warn("Cannot unlock " + file + ": other processes have to wait until this one ends.", e);
        } finally {
            inThisProcess.unlock();
        }
    }

    private FileFault busy() {
        String holder = inThisProcess.isLocked()
                ? "another store of this process"
                : LockHolder.of(file).orElse("another process");
        return new FileFault(
                Kind.NOT_DONE,
                holder + " was in the middle of a change and did not end it",
                "If that process was paused, let it go on or end it; nothing of its change is torn.",
                null);
    }

    /** Refuses when the folder is gone, an unmounted disk for example: nothing in it must be taken for no signal. */
    void requireThere() throws FileFault {
        String advice =
                "Was a disk unmounted, or the folder moved or emptied? Bring it back, then open the store again.";
        try {
            if (!Objects.equals(fileKey(file), fileKey)) {
                throw FileFault.refused(file + " was another file than at opening", advice);
            }
        } catch (NoSuchFileException e) {
            throw new FileFault(Kind.REFUSED, file + " was gone", advice, e);
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private static void warn(String message, IOException error) {
        System.getLogger(FileSignalStore.class.getName()).log(System.Logger.Level.WARNING, message, error);
    }
}
