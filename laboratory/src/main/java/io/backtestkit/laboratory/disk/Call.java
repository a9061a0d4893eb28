package io.backtestkit.laboratory.disk;

/**
 * One call of a program on a volume.
 *
 * @param kind what it asks for
 * @param path the file or folder; of a rename the new name
 */
public record Call(Kind kind, String path) {

    /** What a call asks for. */
    public enum Kind {
        /** Attributes of a path. */
        STAT(false),
        /** Facts about the whole disk. */
        DISK(false),
        /** The names in a folder. */
        LIST(false),
        /** A file or folder that is there, opened. */
        OPEN(false),
        /** A new file, opened. */
        CREATE(true),
        /** Bytes out of an open file. */
        READ(false),
        /** Bytes into an open file. */
        WRITE(true),
        /** Another length for an open file. */
        TRUNCATE(true),
        /** What was changed so far made durable. */
        FORCE(false),
        /** The lock of a file. */
        LOCK(false),
        /** An open file let go. */
        CLOSE(false),
        /** A new folder. */
        MAKE_FOLDER(true),
        /** A name changed. */
        RENAME(true),
        /** A name removed. */
        DELETE(true),
        /** Another mode or time. */
        SET(false);

        private final boolean changes;

        Kind(boolean changes) {
            this.changes = changes;
        }

        /** Says whether such a call changes what a power cut may leave. */
        public boolean changes() {
            return changes;
        }

        /** Says whether such a call names its file by a path; the others go through an open file. */
        public boolean byPath() {
            return switch (this) {
                case STAT, DISK, LIST, OPEN, CREATE, MAKE_FOLDER, RENAME, DELETE, SET -> true;
                case READ, WRITE, TRUNCATE, FORCE, LOCK, CLOSE -> false;
            };
        }
    }

    @Override
    public String toString() {
        return kind + " " + path;
    }
}
