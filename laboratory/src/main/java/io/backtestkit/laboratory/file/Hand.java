package io.backtestkit.laboratory.file;

import static io.backtestkit.laboratory.file.Samples.MAIN;

import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimedSignalStore;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.file.FileSignalStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A program that has the store open and, once it asked for it, the main slot. */
final class Hand implements AutoCloseable {

    /** Who claims, as a rule. */
    static final String OWNER = "first";

    static final Duration LEASE = Duration.ofHours(12);

    private final Path path;
    private final FileSignalStore store;
    private @Nullable Claim claim;

    private Hand(Path path, FileSignalStore store) {
        this.path = path;
        this.store = store;
    }

    /** Opens the store in a new program, which goes on with the claim that it finds. */
    static Hand open(Volume volume) {
        return open(volume.path("/" + Base.folder()));
    }

    /** Opens the store in that program. */
    static Hand open(Path path) {
        Hand hand = new Hand(path, FileSignalStore.open(path));
        hand.claim = hand.claims().holder(MAIN).orElse(null);
        return hand;
    }

    SignalStore store() {
        return store;
    }

    /** Returns what changes the main slot: under the claim, if there is one. */
    SignalStore main() {
        return claim == null ? store : new ClaimedSignalStore(store, claim);
    }

    Claims claims() {
        return store.claims().orElseThrow();
    }

    Optional<Claim> claim() {
        return Optional.ofNullable(claim);
    }

    /** Takes the main slot, whoever has it. */
    Claim take(String owner) {
        Optional<Claim> holder = claims().holder(MAIN);
        ClaimAnswer answer =
                holder.isPresent() ? claims().takeOver(holder.get(), owner, LEASE) : claims().claim(MAIN, owner, LEASE);
        if (!(answer instanceof ClaimAnswer.Granted)) {
            throw new Contradiction("the claim was refused: " + answer);
        }
        claim = answer.claim();
        return answer.claim();
    }

    void renew() {
        if (claim != null) {
            claim = claims().renew(claim, LEASE);
        }
    }

    void release() {
        if (claim != null) {
            claims().release(claim);
            claim = null;
        }
    }

    /** Returns the data folder as the program sees it. */
    Path path() {
        return path;
    }

    @Override
    public void close() {
        store.close();
    }
}
