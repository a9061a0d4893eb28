package io.backtestkit.testkit;

/** What a {@link NetworkProxy} can do to what passes through it. A message is what one reading of a socket brings. */
public enum NetworkFault {
    /** Requests and replies vanish, and nobody is told. */
    BLACK_HOLE,
    /** Requests arrive, replies vanish. */
    DROP_REPLIES,
    /** The connection is reset instead of carrying the request. */
    RESET_REQUESTS,
    /** Half of the request arrives, then the connection is reset. */
    CUT_REQUESTS,
    /** The request arrives; the connection is reset instead of carrying the reply. */
    RESET_REPLIES,
    /** The request arrives; the connection is closed in good order instead of carrying the reply. */
    CLOSE_REPLIES;

    /** Says whether the request does not arrive, or not whole; if not, it arrives and its reply does not. */
    public boolean strikesRequests() {
        return this == BLACK_HOLE || this == RESET_REQUESTS || this == CUT_REQUESTS;
    }
}
