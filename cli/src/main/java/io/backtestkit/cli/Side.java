package io.backtestkit.cli;

/** Who makes the requests that are measured, in the order of their turns. */
enum Side {
    /** The store, as a program uses it. */
    STORE("store", "the store"),
    /** The driver, with the requests of the store. */
    SAME("sameRequest", "same request"),
    /** The driver, with the plainest requests there are. */
    PLAIN("plainRequest", "plain request");

    private final String field;
    private final String name;

    Side(String field, String name) {
        this.field = field;
        this.name = name;
    }

    /** Returns what it is called in JSON. */
    String field() {
        return field;
    }

    @Override
    public String toString() {
        return name;
    }
}
