package io.backtestkit.signal;

/**
 * Says that bytes are not a signal this version can read: damaged, foreign, or written by a newer version.
 *
 * <p>The message is a clause without a capital or a full stop, made to follow a colon; it never quotes more than a short
 * piece of the bytes.
 */
public final class SignalFormatException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String found;

    /** Creates it with what was found, for example {@code "the checksum was 5c1e09aa, expected 77b0d3f1"}. */
    public SignalFormatException(String found) {
        super(found);
        this.found = found;
    }

    /** Creates it with what was found and the parser's own complaint. */
    public SignalFormatException(String found, Throwable cause) {
        super(found, cause);
        this.found = found;
    }

    /** Returns what was found; never null. */
    @Override
    public String getMessage() {
        return found;
    }
}
