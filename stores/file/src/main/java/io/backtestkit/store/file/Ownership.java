package io.backtestkit.store.file;

/** Whether the data folder is there, and whether this process may change it. */
interface Ownership {

    /** Says whether the store was opened for trading. */
    boolean isHeld();

    /** Refuses when the folder is gone, an unmounted disk for example: nothing in it must be taken for no signal. */
    void requireFolder() throws FileFault;

    /** Refuses when another process has opened the folder since, or it was not opened for trading at all. */
    void requireHeld() throws FileFault;
}
