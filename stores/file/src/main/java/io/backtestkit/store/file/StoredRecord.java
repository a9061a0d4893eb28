package io.backtestkit.store.file;

import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file of a signal as it was found.
 *
 * @param file where
 * @param bytes what it holds
 * @param envelope the signal; null if the bytes cannot be read
 * @param fault why they cannot be read, a clause; empty if they can
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record StoredRecord(Path file, byte[] bytes, @Nullable SignalEnvelope envelope, String fault) {

    /** Reads the file; empty if there is none. */
    static Optional<StoredRecord> load(DataFolder folder, Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = folder.disk().read(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            SignalEnvelope envelope = SignalEnvelope.open(bytes);
            SignalKey key = envelope.signal().key();
            if (FileNames.record(folder.base(), key).equals(file)) {
                return Optional.of(new StoredRecord(file, bytes, envelope, ""));
            }
            String fault = "it is foreign: the signal in it belongs to " + key;
            return Optional.of(new StoredRecord(file, bytes, null, fault));
        } catch (SignalFormatException e) {
            return Optional.of(new StoredRecord(file, bytes, null, String.valueOf(e.getMessage())));
        }
    }

    /** Says whether it can be read and occupies that slot. */
    boolean belongsTo(SignalKey key) {
        return envelope != null && envelope.signal().key().equals(key);
    }

    /** Returns the epoch under which it was written; 0 if it cannot be read. */
    long epoch() {
        return envelope != null ? envelope.epoch() : 0;
    }

    /** Returns the key of the slot it occupies, as far as it can be told. */
    Optional<SignalKey> key() {
        return envelope != null ? Optional.of(envelope.signal().key()) : FileNames.keyOf(file, FileNames.RECORD, bytes);
    }
}
