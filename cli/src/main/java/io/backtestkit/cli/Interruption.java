package io.backtestkit.cli;

/** Says what was done if the process is told to end (Ctrl-C, SIGTERM) before the work is. */
final class Interruption implements AutoCloseable {

    private final Terminal terminal;
    private final String where;
    private final Thread hook = new Thread(this::tell, "tell of the interruption");
    private volatile int done;
    private volatile int total;

    private Interruption(Terminal terminal, String where) {
        this.terminal = terminal;
        this.where = where;
    }

    /** Begins to watch over what is written to that store; closing ends it. */
    static Interruption watching(Terminal terminal, String where) {
        Interruption interruption = new Interruption(terminal, where);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Notes how far the writing is. */
    void at(int written, int all) {
        total = all;
        done = written;
    }

    /** Runs while the process ends. */
    void tell() {
        terminal.warn("Interrupted: " + done + " of " + total + " records are written to " + where
                + ", each of them whole. The same command may be started again: it goes on with what is missing.");
    }

    @Override
    public void close() {
        ShutdownHooks.remove(hook);
    }
}
