package io.backtestkit.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Every step on the disk that can fail on its own. Tests put a failing one in the place of {@link LocalDisk}. */
interface Disk {

    /** A file or folder that is open. */
    interface Handle extends Closeable {
        /** Writes until the buffer is empty. */
        void write(ByteBuffer bytes) throws IOException;

        /** Returns how long the file is. */
        long length() throws IOException;

        /** Takes away what is beyond that length. */
        void cut(long length) throws IOException;

        /** Flushes content and metadata to the device. */
        void force() throws IOException;
    }

    /** Returns the whole file. @throws java.nio.file.NoSuchFileException if there is none */
    byte[] read(Path file) throws IOException;

    /** Makes a file that does not exist yet, for its owner only, and opens it for writing. */
    Handle create(Path file) throws IOException;

    /** Opens a file that exists for writing at its end. */
    Handle append(Path file) throws IOException;

    /** Opens a folder in order to force it. Where folders cannot be forced (Windows), forcing it does nothing. */
    Handle folder(Path folder) throws IOException;

    /** Makes a folder that does not exist yet, for its owner only. */
    void createFolder(Path folder) throws IOException;

    /** Renames in one step, replacing what is there; fails where that cannot be done in one step. */
    void move(Path from, Path to) throws IOException;

    /** Deletes the file or the empty folder. If there is none, do nothing. */
    void delete(Path path) throws IOException;

    /** Returns what is in the folder, in the order of its names. */
    List<Path> list(Path folder) throws IOException;

    /** Returns of which type the file system is that the path is on, as the system calls it: {@code ext4}. */
    String type(Path path) throws IOException;
}
