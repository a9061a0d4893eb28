package io.backtestkit.laboratory.file;

/** A store says what it must not say. */
final class Contradiction extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Contradiction(String found) {
        super(found);
    }
}
