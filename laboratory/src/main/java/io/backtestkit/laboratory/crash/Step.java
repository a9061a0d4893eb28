package io.backtestkit.laboratory.crash;

/**
 * An act of a script. Its text is {@code write}, or {@code write!2} if the program is killed after the second change that
 * the act makes on the disk; another one then opens the store and reads everything.
 *
 * @param act what is done
 * @param killedAfter after how many changes the program is killed; 0 if it is not
 */
record Step(Act act, int killedAfter) {

    static Step parse(String text) {
        int mark = text.indexOf('!');
        return mark < 0
                ? new Step(Act.parse(text), 0)
                : new Step(Act.parse(text.substring(0, mark)), Integer.parseInt(text.substring(mark + 1)));
    }

    boolean isKilled() {
        return killedAfter > 0;
    }

    @Override
    public String toString() {
        return isKilled() ? act + "!" + killedAfter : act.toString();
    }
}
