package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The claims of a file store: a {@link StoredClaim} in {@code data/{strategy}/{symbol}.claim}, compared under the folder's
 * lock before each change. Giving a claim flushes the folder of the slot, so that whatever a killed predecessor left half
 * flushed there is durable before the successor reads it.
 *
 * <p>Leases run by this machine's clock. Set back, it lets them run longer; set forward, it ends them early, and then the
 * epoch refuses what the former owner still wants to change.
 */
final class FileClaims implements Claims {

    private final DataFolder folder;
    private final DurableFiles files;
    private final StoreThread thread;
    private final RecordFiles records;
    private final FileTradeLog tradeLog;
    private final Quarantine quarantine;
    private final InstantSource clock;

    FileClaims(
            DataFolder folder,
            DurableFiles files,
            StoreThread thread,
            RecordFiles records,
            FileTradeLog tradeLog,
            InstantSource clock) {
        this.folder = folder;
        this.files = files;
        this.thread = thread;
        this.records = records;
        this.tradeLog = tradeLog;
        this.quarantine = new Quarantine(folder, files);
        this.clock = clock;
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return claim(key, owner, lease, present -> false);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        return claim(dead.key(), owner, lease, present -> present.isHeldBy(dead));
    }

    private ClaimAnswer claim(SignalKey key, String owner, Duration lease, Predicate<StoredClaim> dead) {
        Claim.requireOwner(key, owner);
        Claims.requireLease(key, lease);
        return thread.call(
                "claim signal",
                key,
                () -> folder.change(() -> {
                    Slot slot = slot("claim signal", key);
                    StoredClaim present = slot.claim();
                    if (present.inForce(clock.instant()) && !present.owner().equals(owner) && !dead.test(present)) {
                        return new ClaimAnswer.Held(present.holder().orElseThrow());
                    }
                    Claim granted = new Claim(key, owner, slot.epoch() + 1, end(lease));
                    put(StoredClaim.of(granted));
                    return new ClaimAnswer.Granted(granted);
                }));
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        SignalKey key = claim.key();
        Claims.requireLease(key, lease);
        return thread.call(
                "renew the claim of signal",
                key,
                () -> folder.change(() -> {
                    claimed("renew the claim of signal", claim);
                    Claim renewed = new Claim(key, claim.owner(), claim.epoch(), end(lease));
                    put(StoredClaim.of(renewed));
                    return renewed;
                }));
    }

    @Override
    public void release(Claim claim) {
        thread.run(
                "release signal",
                claim.key(),
                () -> folder.change(() -> {
                    StoredClaim released = StoredClaim.released(claim.key(), claim.epoch());
                    StoredClaim present = load("release signal", claim.key());
                    // a release that is seen may not have been flushed: a repeat writes it again
                    if (present.isHeldBy(claim) || present.equals(released)) {
                        put(released);
                    }
                }));
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        return thread.call("read the claim of signal", key, () -> {
            StoredClaim present = load("read the claim of signal", key);
            if (present.epoch() == 0) {
                folder.requireThere();
            }
            return present.holder();
        });
    }

    @Override
    public void write(Claim claim, Signal signal) {
        signal.requireKey(claim.key());
        thread.run(
                "write signal",
                claim.key(),
                () -> folder.change(() -> records.write(claimed("write signal", claim), signal, claim.epoch())));
    }

    @Override
    public void delete(Claim claim) {
        thread.run(
                "delete signal",
                claim.key(),
                () -> folder.change(() -> records.delete(claimed("delete signal", claim))));
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        ended.signal().requireKey(claim.key());
        thread.run("end signal", claim.key(), () -> folder.change(() -> end(claimed("end signal", claim), ended)));
    }

    /** Logs first, frees the slot second. Under the lock. */
    void end(Slot slot, EndedSignal ended) throws FileFault, IOException {
        tradeLog.add(ended);
        FileFault.after("its end was logged", folder.base(), () -> {
            records.deleteEnded(slot, ended);
            return true;
        });
    }

    /** Reads a slot that is to be changed without a claim; refuses while a lease runs. Under the lock. */
    Slot unclaimed(String act, SignalKey key) throws FileFault {
        Slot slot = slot(act, key);
        if (slot.claim().inForce(clock.instant())) {
            throw ClaimLostException.claimed(act, slot.claim().holder().orElseThrow(), folder.store());
        }
        return slot;
    }

    /** Reads a slot that is to be changed under a claim; refuses when that is not the slot's. Under the lock. */
    private Slot claimed(String act, Claim claim) throws FileFault {
        Slot slot = slot(act, claim.key());
        StoredClaim present = slot.claim();
        if (!present.isHeldBy(claim) || slot.epoch() != claim.epoch()) {
            // a record of a later epoch than any claim known here is a successor's work all the same
            Optional<Claim> holder =
                    present.holder().map(held -> new Claim(held.key(), held.owner(), slot.epoch(), held.until()));
            throw ClaimLostException.lost(act, claim, holder, folder.store());
        }
        return slot;
    }

    /**
     * Replaces what is kept about the claims of a slot, if that cannot be read, by an epoch above all that were given: the
     * seconds since 1970, since no slot was claimed more often. Returns where the bytes were kept. Under the lock.
     */
    Optional<String> setAside(SignalKey key) throws FileFault, IOException {
        Path file = FileNames.claim(folder.base(), key);
        Optional<byte[]> bytes = bytes(file);
        if (bytes.isEmpty() || isReadable(file, bytes.get())) {
            return Optional.empty();
        }
        Path copy = quarantine.keep(file, bytes.get());
        long recorded = records.find(key).map(StoredRecord::epoch).orElse(0L);
        put(StoredClaim.released(key, Math.max(recorded, clock.instant().getEpochSecond())));
        return Optional.of(copy.toString());
    }

    private boolean isReadable(Path file, byte[] bytes) {
        try {
            StoredClaim.open(folder, file, bytes);
            return true;
        } catch (SignalFormatException e) {
            return false;
        }
    }

    private Slot slot(String act, SignalKey key) throws FileFault {
        return new Slot(key, load(act, key), records.find(key));
    }

    private StoredClaim load(String act, SignalKey key) throws FileFault {
        Path file = FileNames.claim(folder.base(), key);
        Optional<byte[]> bytes = bytes(file);
        if (bytes.isEmpty()) {
            DurableFiles.requireNoLink(FileNames.folderOf(file));
            return StoredClaim.none(key);
        }
        try {
            return StoredClaim.open(folder, file, bytes.get());
        } catch (SignalFormatException e) {
            throw quarantine.unreadable(act, key, file, bytes.get(), String.valueOf(e.getMessage()));
        }
    }

    private Optional<byte[]> bytes(Path file) throws FileFault {
        try {
            return Optional.of(folder.disk().read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private void put(StoredClaim claim) throws FileFault {
        files.replace(FileNames.claim(folder.base(), claim.key()), claim.seal());
    }

    private Instant end(Duration lease) {
        return clock.instant().plus(lease).truncatedTo(ChronoUnit.MILLIS);
    }
}
