package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.store.file.FileFault.Kind;
import io.backtestkit.store.file.FileFault.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The signals of a store, one file each.
 *
 * <p>The present record is read before it is replaced or deleted, so that damage nobody has met yet is not overwritten; next
 * to two flushes that costs nothing. A slot whose last change by this store has an unknown outcome is <i>unsettled</i>: what
 * is seen in it may vanish with the power. Before it is read or deleted, what is there is written once more in full.
 */
final class RecordFiles {

    private final DataFolder folder;
    private final DurableFiles files;
    private final Quarantine quarantine;
    private final Set<Path> unsettled = new HashSet<>();

    RecordFiles(DataFolder folder, DurableFiles files) {
        this.folder = folder;
        this.files = files;
        this.quarantine = new Quarantine(folder, files);
    }

    /** Returns the signal; takes no lock unless the slot is unsettled or damaged. */
    Optional<Signal> read(SignalKey key) throws FileFault, IOException {
        Path file = FileNames.record(folder.base(), key);
        try {
            settle(file);
        } catch (FileFault e) {
            throw new FileFault(
                    Kind.UNKNOWN,
                    "whether its last change survives a power cut is not known, since " + e.found(),
                    "Check the disk and the system log, then open the store again.",
                    e);
        }
        Optional<StoredRecord> present = find(key);
        if (present.isEmpty()) {
            folder.requireAbsent(file);
        }
        requireReadable("read signal", key, present);
        return present.map(StoredRecord::envelope).map(SignalEnvelope::signal);
    }

    /** Returns what is in that slot, damaged or not. */
    Optional<StoredRecord> find(SignalKey key) throws FileFault {
        return load(FileNames.record(folder.base(), key));
    }

    /** Puts the signal in its slot. */
    void write(Slot slot, Signal signal, long epoch) throws FileFault {
        files.requireHealthy();
        requireReadable("write signal", slot.key(), slot.record());
        Path file = FileNames.record(folder.base(), slot.key());
        byte[] sealed = new SignalEnvelope(signal, epoch).seal();
        change(file, () -> files.replace(file, sealed));
        unsettled.remove(file);
    }

    /** Frees the slot. */
    void delete(Slot slot) throws FileFault, IOException {
        Path file = FileNames.record(folder.base(), slot.key());
        settle(file);
        requireReadable("delete signal", slot.key(), slot.record());
        change(file, () -> files.remove(file));
    }

    /** Frees the slot of a signal that has ended and is logged; one that holds another signal keeps it. */
    void deleteEnded(Slot slot, EndedSignal ended) throws FileFault, IOException {
        boolean another = slot.record()
                .filter(record -> record.belongsTo(slot.key()))
                .map(StoredRecord::envelope)
                .map(SignalEnvelope::signal)
                .filter(held -> !ended.isOf(held))
                .isPresent();
        if (!another) {
            delete(slot);
        }
    }

    /**
     * Puts the replacement, or nothing, in the place of a record that cannot be read; returns where its bytes were kept. The
     * copy is durable before the record changes, and a replacement is renamed over the record as any signal is.
     */
    Optional<String> setAside(Slot slot, @Nullable Signal replacement) throws FileFault, IOException {
        Path file = FileNames.record(folder.base(), slot.key());
        settle(file);
        if (slot.record().isEmpty() || slot.record().get().belongsTo(slot.key())) {
            return Optional.empty();
        }
        Path copy = quarantine.keep(file, slot.record().get().bytes());
        if (replacement == null) {
            change(file, () -> files.remove(file));
        } else {
            byte[] sealed = new SignalEnvelope(replacement, slot.epoch()).seal();
            change(file, () -> files.replace(file, sealed));
        }
        return Optional.of(copy.toString());
    }

    /** Returns the keys of all slots that are not free, as far as they can be told. */
    Set<SignalKey> keys() throws FileFault, IOException {
        Set<SignalKey> keys = new TreeSet<>();
        for (Path file : folder.ownFiles(FileNames.RECORD)) {
            load(file).flatMap(StoredRecord::key).ifPresent(keys::add);
        }
        folder.requireAllListed();
        return keys;
    }

    private Optional<StoredRecord> load(Path file) throws FileFault {
        try {
            return StoredRecord.load(folder, file);
        } catch (IOException e) {
            throw FileFault.of(e, Stage.BEFORE, file);
        }
    }

    private void requireReadable(String act, SignalKey key, Optional<StoredRecord> found) {
        if (found.isPresent() && !found.get().belongsTo(key)) {
            throw unreadable(act, key, found.get());
        }
    }

    private UnreadableSignalException unreadable(String act, SignalKey key, StoredRecord found) {
        String fault = found.fault().isEmpty() ? "it is foreign: its name stands for another key, too" : found.fault();
        return quarantine.unreadable(act, key, found.file(), found.bytes(), fault);
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

    private void settle(Path file) throws FileFault, IOException {
        if (unsettled.contains(file)) {
            folder.change(() -> writeAgain(file));
            unsettled.remove(file);
        }
    }

    private void writeAgain(Path file) throws FileFault {
        Optional<StoredRecord> present = load(file);
        if (present.isPresent()) {
            files.replace(file, present.get().bytes());
        } else {
            // an empty slot is made durable by a change of its folder that can be flushed afresh
            Path scratch = file.resolveSibling(FileNames.nameOf(file) + ".settle" + FileNames.TEMPORARY);
            files.replace(scratch, new byte[0]);
            files.remove(scratch);
        }
    }
}
