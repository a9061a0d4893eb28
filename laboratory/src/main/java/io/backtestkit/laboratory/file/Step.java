package io.backtestkit.laboratory.file;

/**
 * An act of a script. Its text is {@code write}, or {@code write!2} if the program is killed after the second change that
 * the act makes on the disk; another one then opens the store and reads everything. After {@code write?2} it reads nothing.
 *
 * @param act what is done
 * @param killedAfter after how many changes the program is killed; 0 if it is not
 * @param read whether everything is read after a kill
 */
record Step(Act act, int killedAfter, boolean read) {

    static Step whole(Act act) {
        return new Step(act, 0, false);
    }

    static Step parse(String text) {
        int mark = Math.max(text.indexOf('!'), text.indexOf('?'));
        return mark < 0
                ? whole(Act.parse(text))
                : new Step(
                        Act.parse(text.substring(0, mark)),
                        Integer.parseInt(text.substring(mark + 1)),
                        text.charAt(mark) == '!');
    }

    boolean isKilled() {
        return killedAfter > 0;
    }

    @Override
    public String toString() {
        return isKilled() ? act + (read ? "!" : "?") + killedAfter : act.toString();
    }
}
