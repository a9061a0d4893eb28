package io.backtestkit.store;

/** What a store says to somebody who asks for a slot. */
public sealed interface ClaimAnswer {

    /** Returns the claim in force after the question. */
    Claim claim();

    /** The asker has the slot now. */
    record Granted(Claim claim) implements ClaimAnswer {}

    /** Another owner has it; that owner's claim says who, and until when. */
    record Held(Claim claim) implements ClaimAnswer {}
}
