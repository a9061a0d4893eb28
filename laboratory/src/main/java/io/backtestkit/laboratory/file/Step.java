package io.backtestkit.laboratory.file;

/**
 * An act of a script. Its text is {@code write}, or {@code write!2} if the program is killed after the second change that
 * the act makes on the disk; a new one then opens the store and reads everything. After {@code write?2} it reads nothing.
 * After {@code write^2} a program that has had the store open all the time claims the slot and reads it; after {@code end~1}
 * it claims nothing, and only what it reads in the trade log is sure to stay; after {@code log=1} it goes on and reads nothing.
 *
 * @param act what is done
 * @param killedAfter after how many changes the program is killed; 0 if it is not
 * @param successor what happens after a kill
 */
record Step(Act act, int killedAfter, Successor successor) {

    /** Who goes on after a kill. */
    enum Successor {
        READS("!"),
        READS_NOTHING("?"),
        STANDS_BY("^"),
        LOOKS("~"),
        GOES_ON("=");

        private final String mark;

        Successor(String mark) {
            this.mark = mark;
        }

        private boolean hadItOpen() {
            return this != READS && this != READS_NOTHING;
        }

        /** Says whether it reads what the killed one left. */
        boolean reads() {
            return this != READS_NOTHING && this != GOES_ON;
        }

        /** Says whether it works on the slot of the killed one without having claimed it. */
        boolean claimsNothing() {
            return this == LOOKS || this == GOES_ON;
        }
    }

    static Step whole(Act act) {
        return new Step(act, 0, Successor.READS);
    }

    static Step parse(String text) {
        for (Successor successor : Successor.values()) {
            int mark = text.indexOf(successor.mark);
            if (mark >= 0) {
                int changes = Integer.parseInt(text.substring(mark + 1));
                return new Step(Act.parse(text.substring(0, mark)), changes, successor);
            }
        }
        return whole(Act.parse(text));
    }

    /** Says whether the successor had the store open all the time. */
    boolean standsBy() {
        return isKilled() && successor.hadItOpen();
    }

    boolean isKilled() {
        return killedAfter > 0;
    }

    @Override
    public String toString() {
        return isKilled() ? act + successor.mark + killedAfter : act.toString();
    }
}
