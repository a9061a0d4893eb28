package io.backtestkit.laboratory.history;

/** What a client may ask of a slot. */
enum Act {
    CLAIM,
    TAKE_OVER,
    RENEW,
    RELEASE,
    HOLDER,
    WRITE,
    DELETE,
    END,
    READ,
    TRADES,
    /** Writes without a claim. */
    PLAIN_WRITE;

    /** Says whether it changes nothing. */
    boolean looks() {
        return this == HOLDER || this == READ || this == TRADES;
    }
}
