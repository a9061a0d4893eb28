package io.backtestkit.store.file;

import io.backtestkit.signal.EndedSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is remembered of a trade log while its file stays the one that was read. */
final class TradeIndex {

    /**
     * Which file a log was, how long, and when it was changed last, as the system tells; an absent one has no key, no length
     * and no time. A change in place, by a person who mends a line, moves the time alone.
     */
    record Stamp(
            @Nullable Object fileKey, long length, @Nullable Object changedAt) {

        static Stamp of(Path file) throws IOException {
            try {
                if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
                    // unlike the time of the last modification, nobody can set this one
                    Map<String, Object> found = Files.readAttributes(file, "unix:fileKey,size,ctime");
                    long length = (long) Objects.requireNonNull(found.get("size"));
                    return new Stamp(found.get("fileKey"), length, found.get("ctime"));
                }
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(found.fileKey(), found.size(), found.lastModifiedTime());
            } catch (NoSuchFileException e) {
                return new Stamp(null, 0, null);
            }
        }

        boolean sameFile(Stamp other) {
            return Objects.equals(fileKey, other.fileKey);
        }
    }

    /** What tells signals of one key apart, as in {@link EndedSignal#sameSignalAs}. */
    private record Identity(String id, Instant createdAt) {
        static Identity of(EndedSignal ended) {
            return new Identity(ended.signal().id(), ended.signal().createdAt());
        }
    }

    private final Set<Identity> known = new HashSet<>();
    private String lastFault;
    private final boolean endsClean;
    private final boolean empty;
    private @Nullable EndedSignal last;
    private Stamp stamp;

    /** Remembers what was found after that look at the file. */
    TradeIndex(TradeFile found, Stamp stamp) {
        found.trades().forEach(this::add);
        lastFault = found.lastFault();
        endsClean = found.endsClean();
        empty = found.whole().length == 0;
        this.stamp = stamp;
    }

    private void add(EndedSignal ended) {
        known.add(Identity.of(ended));
        last = ended;
    }

    /** Takes note of a trade that was added, and of the file as it is since. */
    void added(EndedSignal ended, Stamp since) {
        add(ended);
        lastFault = "";
        stamp = since;
    }

    boolean contains(EndedSignal ended) {
        return known.contains(Identity.of(ended));
    }

    Optional<EndedSignal> last() {
        return Optional.ofNullable(last);
    }

    /** Returns what is wrong with the last line, a clause; empty if nothing is. */
    String lastFault() {
        return lastFault;
    }

    /** Says whether a line can be added to the file as it is. */
    boolean endsClean() {
        return endsClean;
    }

    /** Says whether there was nothing to read. */
    boolean isEmpty() {
        return empty;
    }

    /** Returns which file it was, looked at before it was read. */
    Stamp stamp() {
        return stamp;
    }
}
