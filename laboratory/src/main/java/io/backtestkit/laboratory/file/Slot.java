package io.backtestkit.laboratory.file;

import io.backtestkit.signal.Signal;

/** A slot that is not free. */
sealed interface Slot {

    /** It holds that signal. */
    record Held(Signal signal) implements Slot {

        @Override
        public String toString() {
            return signal.id();
        }
    }

    /** It holds what cannot be read. */
    record Damaged() implements Slot {

        @Override
        public String toString() {
            return "damaged";
        }
    }
}
