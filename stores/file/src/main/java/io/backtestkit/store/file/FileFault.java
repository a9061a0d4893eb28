package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A step on the disk that failed: what it means for the change it was part of, and what to do. */
final class FileFault extends Exception {

    private static final long serialVersionUID = 1L;

    /** How far a change had come. */
    enum Stage {
        /** Nothing that a reader can see was touched. */
        BEFORE,
        /** The one visible step was tried. */
        CHANGING,
        /** The visible step was done; it may not be durable. */
        CHANGED
    }

    /** What a failure means. */
    enum Kind {
        /** Not done, and trying again will not help. */
        REFUSED,
        /** Not done; trying again may help. */
        NOT_DONE,
        /** Perhaps done. */
        UNKNOWN
    }

    /** What the operating system says no to, and what to do about it. */
    private record Refusal(String found, String advice) {}

    /** Below this much free space, an error that does not say why is taken for a full disk. */
    private static final long SCARCE_BYTES = 16_384;

    private final Kind kind;
    private final String found;
    private final String advice;

    FileFault(Kind kind, String found, String advice, @Nullable Throwable cause) {
        super(found, cause);
        this.kind = kind;
        this.found = found;
        this.advice = advice;
    }

    static FileFault refused(String found, String advice) {
        return new FileFault(Kind.REFUSED, found, advice, null);
    }

    /** Judges an error by its kind and by how far the change had come; {@code place} is where it happened. */
    static FileFault of(IOException error, Stage stage, Path place) {
        Optional<Refusal> refusal = refusal(error, place);
        if (refusal.isPresent() && stage != Stage.CHANGED) {
            return new FileFault(
                    Kind.REFUSED, refusal.get().found(), refusal.get().advice(), error);
        }
        String what = refusal.map(Refusal::found).orElse("the disk reported '" + reason(error) + "' at " + place);
        if (stage == Stage.BEFORE) {
            String advice = reason(error).contains("Too many open files")
                    ? "Raise the limit of open files (ulimit -n)."
                    : "Check the disk and the system log.";
            return new FileFault(Kind.NOT_DONE, what, advice, error);
        }
        return new FileFault(
                Kind.UNKNOWN,
                what + ", so the change may or may not have been made",
                "Check the disk and the system log; then read it back, or repeat the change.",
                error);
    }

    /** Does the rest of a change of which that part, a clause, is done: whatever fails now, the part stays. */
    static <T> T after(String part, Path place, StoreThread.Work<T> rest) throws FileFault {
        try {
            return rest.run();
        } catch (FileFault e) {
            throw e.kind == Kind.UNKNOWN
                    ? e
                    : new FileFault(Kind.UNKNOWN, part + ", then " + e.found, e.advice + " Then repeat the change.", e);
        } catch (IOException e) {
            throw of(e, Stage.CHANGED, place);
        }
    }

    private static Optional<Refusal> refusal(IOException error, Path place) {
        String reason = reason(error);
        if (error instanceof AccessDeniedException
                || reason.contains("Permission denied")
                || reason.contains("Operation not permitted")) {
            return Optional.of(new Refusal(
                    "access to " + place + " was denied",
                    "Give the user that runs this program the right to read and write it."));
        }
        if (error instanceof NotDirectoryException
                || error instanceof FileAlreadyExistsException
                || reason.contains("Not a directory")) {
            return Optional.of(
                    new Refusal(place + " was a file, not a folder", "Move the file away, or name another folder."));
        }
        if (error instanceof NoSuchFileException) {
            return Optional.of(new Refusal(
                    place + " was gone", "Was a disk unmounted, or the folder moved? Bring it back, then open again."));
        }
        if (error instanceof AtomicMoveNotSupportedException) {
            return Optional.of(new Refusal(
                    "the file system of " + place + " cannot replace a file in one step",
                    "Keep the data folder on a local disk."));
        }
        return refusalOfWrites(reason, place);
    }

    /** The texts are the C library's, which speaks the user's language; so the file system is asked as well. */
    private static Optional<Refusal> refusalOfWrites(String reason, Path place) {
        if (reason.contains("quota exceeded")) {
            return Optional.of(new Refusal("the disk quota was used up at " + place, "Free some space, then go on."));
        }
        boolean full = reason.contains("No space left");
        boolean readOnly = reason.contains("Read-only file system");
        try {
            FileStore disk = Files.getFileStore(existing(place));
            full |= disk.getUsableSpace() < SCARCE_BYTES;
            readOnly |= disk.isReadOnly();
        } catch (IOException | SecurityException e) {
            // the text has to do
        }
        if (readOnly) {
            return Optional.of(
                    new Refusal("the disk was read-only at " + place, "Check the disk; mount it for writing again."));
        }
        return full
                ? Optional.of(new Refusal("the disk was full at " + place, "Free some space, then go on."))
                : Optional.empty();
    }

    private static Path existing(Path place) {
        Path existing = place.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        return existing;
    }

    private static String reason(IOException error) {
        if (error instanceof FileSystemException inFile && inFile.getReason() != null) {
            return inFile.getReason();
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }

    Kind kind() {
        return kind;
    }

    String found() {
        return found;
    }

    /** Returns what a caller is told when that was tried on a slot. */
    SignalStoreException whileDoing(String act, SignalKey key, String store) {
        return exception(StoreFailure.of(act, key, store, found, advice));
    }

    /** Returns what a caller is told when that was tried on the whole store. */
    SignalStoreException whileDoing(String act, String store) {
        return exception(StoreFailure.of(act, store, found, advice));
    }

    private SignalStoreException exception(StoreFailure failure) {
        return switch (kind) {
            case REFUSED -> new StoreRefusedException(failure, this);
            case NOT_DONE -> StoreUnavailableException.notSent(failure, this);
            case UNKNOWN -> StoreUnavailableException.unknown(failure, this);
        };
    }
}
