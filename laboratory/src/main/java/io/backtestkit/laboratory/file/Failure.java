package io.backtestkit.laboratory.file;

import io.backtestkit.laboratory.disk.Call;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Optional;

/** A way in which a call can fail. */
enum Failure {
    EIO("Input/output error"),
    ENOSPC("No space left on device"),
    EROFS("Read-only file system"),
    EACCES("Permission denied"),
    EMFILE("Too many open files"),

    /** The call has its effect, and only then fails with EIO. */
    EIO_AFTERWARDS("Input/output error"),

    /** A write takes a part of its bytes, and says so. */
    SHORT_WRITE(""),

    /** The thread that called the store is interrupted meanwhile. */
    INTERRUPT("");

    private final String message;

    Failure(String message) {
        this.message = message;
    }

    /** Returns what a program gets to see; empty if the call does not fail as a whole. */
    Optional<IOException> error(Call call) {
        if (message.isEmpty()) {
            return Optional.empty();
        }
        if (!call.kind().byPath()) {
            return Optional.of(new IOException(message));
        }
        return Optional.of(
                this == EACCES
                        ? new AccessDeniedException(call.path())
                        : new FileSystemException(call.path(), null, message));
    }

    /** Says whether such a call can fail like this at all. */
    boolean fits(Call call) {
        return switch (this) {
            case EIO_AFTERWARDS -> call.kind().changes() || call.kind() == Call.Kind.FORCE;
            case SHORT_WRITE -> call.kind() == Call.Kind.WRITE;
            default -> true;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
