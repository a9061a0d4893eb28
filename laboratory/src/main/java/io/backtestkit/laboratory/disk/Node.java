package io.backtestkit.laboratory.disk;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** A file or a folder, whatever its names. */
abstract sealed class Node permits FileNode, FolderNode {

    /** Tells it from all others of its volume. */
    final long number;

    Set<PosixFilePermission> permissions =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    Node(long number) {
        this.number = number;
    }

    /** Makes what is visible durable. */
    abstract void force();

    /** What is visible may become durable or not; no later force changes that. */
    abstract void failForce();
}
