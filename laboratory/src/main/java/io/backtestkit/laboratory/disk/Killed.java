package io.backtestkit.laboratory.disk;

/** Thrown into a program that is no more, so that it comes to an end. */
public final class Killed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says that the program was killed. */
    public Killed() {
        super("The program was killed.");
    }
}
