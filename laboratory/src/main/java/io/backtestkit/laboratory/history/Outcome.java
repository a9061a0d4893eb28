package io.backtestkit.laboratory.history;

import java.util.List;

/**
 * What a client was told.
 *
 * @param grant the claim that was granted, renewed, or found
 * @param ids of the signal read, or of the trades
 * @param remark what is worth knowing besides
 */
record Outcome(Kind kind, Grant grant, List<String> ids, String remark) {

    enum Kind {
        /** It is done; for a look, this is what there is. */
        DONE,
        /** The claim was given. */
        GRANTED,
        /** Another owner has the slot. */
        HELD,
        /** The change was refused since the slot is another's: nothing was changed. */
        LOST,
        /** Nothing was changed, and nothing learnt. */
        FAILED,
        /** It may have been carried out, or may yet be. */
        UNKNOWN,
        /** What may never be told. */
        WRONG
    }

    static Outcome of(Kind kind) {
        return new Outcome(kind, Grant.NONE, List.of(), "");
    }

    static Outcome of(Kind kind, Grant grant) {
        return new Outcome(kind, grant, List.of(), "");
    }

    static Outcome found(List<String> ids) {
        return new Outcome(Kind.DONE, Grant.NONE, List.copyOf(ids), "");
    }

    static Outcome failed(Kind kind, RuntimeException why) {
        return new Outcome(kind, Grant.NONE, List.of(), String.valueOf(why).replaceAll("\\s+", " "));
    }

    /** Returns the id of the signal read; empty if there was none. */
    String id() {
        return ids.isEmpty() ? "" : ids.get(0);
    }

    /** Returns one line, which {@link #parse} understands. */
    String line() {
        return String.join("\t", kind.name(), grant.toString(), String.join(",", ids), remark);
    }

    static Outcome parse(String line) {
        String[] parts = line.split("\t", -1);
        List<String> ids = parts[2].isEmpty() ? List.of() : List.of(parts[2].split(",", -1));
        return new Outcome(Kind.valueOf(parts[0]), Grant.parse(parts[1]), ids, parts[3]);
    }

    @Override
    public String toString() {
        return kind
                + (grant.isNone() ? "" : " " + grant)
                + (ids.isEmpty() ? "" : " " + ids)
                + (remark.isEmpty() ? "" : " " + remark);
    }
}
