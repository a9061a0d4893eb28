package io.backtestkit.store.file;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.file.FileFault.Kind;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The signals of a store, one file each.
 *
 * <p>The present record is read before it is replaced or deleted, so that damage nobody has met yet is not overwritten; next
 * to two flushes that costs nothing. A slot whose last change has an unknown outcome is <i>unsettled</i>: what is
 * seen in it may vanish with the power. Before it is read or deleted, what is there is written once more in full.
 */
final class RecordFiles {

    private final DataFolder folder;
    private final DurableFiles files;
    private final Ownership ownership;
    private final Quarantine quarantine;
    private final Set<Path> unsettled = new HashSet<>();

    RecordFiles(DataFolder folder, DurableFiles files, Ownership ownership) {
        this.folder = folder;
        this.files = files;
        this.ownership = ownership;
        this.quarantine = new Quarantine(folder.disk(), files);
    }

    Optional<Signal> read(SignalKey key) throws FileFault {
        try {
            settle(FileNames.record(folder.base(), key));
        } catch (FileFault e) {
            throw new FileFault(
                    Kind.UNKNOWN,
                    "whether its last change survives a power cut is not known, since " + e.found(),
                    "Check the disk and the system log, then open the store again.",
                    e);
        }
        return load("read signal", key).map(SignalEnvelope::signal);
    }

    void write(SignalKey key, byte[] sealed, long epoch) throws FileFault {
        Path file = FileNames.record(folder.base(), key);
        ownership.requireHeld();
        files.requireHealthy();
        requireNotNewer(load("write signal", key), epoch);
        change(file, () -> files.replace(file, sealed));
        unsettled.remove(file);
    }

    void delete(SignalKey key, long epoch) throws FileFault {
        Path file = FileNames.record(folder.base(), key);
        ownership.requireHeld();
        settle(file);
        requireNotNewer(load("delete signal", key), epoch);
        change(file, () -> files.remove(file));
    }

    /** Frees a slot whose record cannot be read; returns where its bytes were kept. */
    Optional<String> setAside(SignalKey key) throws FileFault {
        Path file = FileNames.record(folder.base(), key);
        ownership.requireHeld();
        settle(file);
        Optional<StoredRecord> present = present(file);
        if (present.isEmpty() || belongsTo(key, present.get())) {
            return Optional.empty();
        }
        Path copy = quarantine.keep(file, present.get().bytes());
        change(file, () -> files.remove(file));
        return Optional.of(copy.toString());
    }

    /** Returns the keys of all slots that are not free, as far as they can be told. */
    Set<SignalKey> keys() throws FileFault, IOException {
        Set<SignalKey> keys = new TreeSet<>();
        for (Path file : folder.ownFiles(FileNames.RECORD)) {
            present(file).flatMap(StoredRecord::key).ifPresent(keys::add);
        }
        ownership.requireFolder();
        return keys;
    }

    private Optional<SignalEnvelope> load(String act, SignalKey key) throws FileFault {
        Optional<StoredRecord> present = present(FileNames.record(folder.base(), key));
        if (present.isEmpty()) {
            ownership.requireFolder();
            return Optional.empty();
        }
        if (!belongsTo(key, present.get())) {
            throw unreadable(act, key, present.get());
        }
        return Optional.ofNullable(present.get().envelope());
    }

    private Optional<StoredRecord> present(Path file) throws FileFault {
        try {
            return StoredRecord.load(folder, file);
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private static boolean belongsTo(SignalKey key, StoredRecord found) {
        return found.isReadable() && found.key().equals(Optional.of(key));
    }

    private UnreadableSignalException unreadable(String act, SignalKey key, StoredRecord found) {
        String kept = "";
        if (ownership.isHeld()) {
            try {
                kept = "Kept as " + folder.relative(quarantine.keep(found.file(), found.bytes()));
            } catch (FileFault e) {
                kept = "Left as it is, since no copy could be made (" + e.found() + ")";
            }
        }
        String fault = found.isReadable() ? "it is foreign: its name stands for another key, too" : found.fault();
        return new UnreadableSignalException(
                StoreFailure.of(act, key, folder.store(), fault, Advice.forDamaged(kept, folder.store(), key, fault)),
                null);
    }

    /** A record of a later epoch is the work of a successor: this process has been overtaken. */
    private static void requireNotNewer(Optional<SignalEnvelope> present, long epoch) throws FileFault {
        long found = present.map(SignalEnvelope::epoch).orElse(0L);
        if (found > epoch) {
            throw new FileFault(
                    Kind.CLAIM_LOST,
                    "the record was written under epoch " + found + ", this process holds " + epoch,
                    "Stop trading here at once; find out why two processes use one folder.",
                    null);
        }
    }

    private interface Change {
        void make() throws FileFault;
    }

    private void change(Path file, Change change) throws FileFault {
        try {
            change.make();
        } catch (FileFault e) {
            if (e.kind() == Kind.UNKNOWN) {
                unsettled.add(file);
            }
            throw e;
        }
    }

    private void settle(Path file) throws FileFault {
        if (!unsettled.contains(file)) {
            return;
        }
        Optional<StoredRecord> present = present(file);
        if (present.isPresent()) {
            files.replace(file, present.get().bytes());
        } else {
            // an empty slot is made durable by a change of its folder that can be flushed afresh
            Path scratch = file.resolveSibling(FileNames.nameOf(file) + ".settle" + FileNames.TEMPORARY);
            files.replace(scratch, new byte[0]);
            files.remove(scratch);
        }
        unsettled.remove(file);
    }
}
