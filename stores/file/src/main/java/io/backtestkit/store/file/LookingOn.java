package io.backtestkit.store.file;

import java.nio.file.Files;

/** The part of a store that was opened for looking at it: it takes no lock and may change nothing. */
record LookingOn(DataFolder folder) implements Ownership {

    @Override
    public boolean isHeld() {
        return false;
    }

    @Override
    public void requireFolder() throws FileFault {
        if (Files.exists(folder.base()) && !Files.isDirectory(folder.base())) {
            throw FileFault.refused(
                    folder.base() + " was a file, not a folder", "Name the data folder, not a file in it.");
        }
        if (!Files.isDirectory(folder.base())) {
            throw FileFault.refused(folder.base() + " is not there", "Check the path, or whether a disk is missing.");
        }
    }

    @Override
    public void requireHeld() throws FileFault {
        throw FileFault.refused("it was opened for reading only", "Open it for writing.");
    }
}
