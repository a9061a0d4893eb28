package io.backtestkit.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with a message for people and an exit code. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final int RUN_FAILED = 1;
    static final int WRONG_USE = 2;
    /** What a shell says of a program that ended because nobody read its output any more, by SIGPIPE. */
    static final int READER_GONE = 141;

    private final int exitCode;

    private CommandFailure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The command was right, but it could not be done. */
    static CommandFailure runFailed(String message) {
        return new CommandFailure(RUN_FAILED, message, null);
    }

    /** The command was right, but it could not be done, for that reason. */
    static CommandFailure runFailed(String message, Throwable cause) {
        return new CommandFailure(RUN_FAILED, message, cause);
    }

    /** The command itself was wrong. */
    static CommandFailure wrongUse(String message) {
        return new CommandFailure(WRONG_USE, message, null);
    }

    /** The command itself was wrong, as the message of that failure says. */
    static CommandFailure wrongUse(IllegalArgumentException because) {
        return new CommandFailure(WRONG_USE, String.valueOf(because.getMessage()), because);
    }

    int exitCode() {
        return exitCode;
    }
}
