package io.backtestkit.laboratory.history;

/**
 * What a client asks of a slot.
 *
 * @param asker in whose name a claim or take-over is asked
 * @param grant the claim that is carried, or taken over
 * @param id of the signal that is written or ended
 * @param leaseMillis for how long a claim, take-over or renewal is asked
 */
record Call(Act act, String asker, Grant grant, String id, long leaseMillis) {

    static Call look(Act act) {
        return new Call(act, "", Grant.NONE, "", 0);
    }

    static Call claim(String asker, long leaseMillis) {
        return new Call(Act.CLAIM, asker, Grant.NONE, "", leaseMillis);
    }

    static Call takeOver(Grant dead, String asker, long leaseMillis) {
        return new Call(Act.TAKE_OVER, asker, dead, "", leaseMillis);
    }

    static Call renew(Grant grant, long leaseMillis) {
        return new Call(Act.RENEW, "", grant, "", leaseMillis);
    }

    static Call under(Grant grant, Act act, String id) {
        return new Call(act, "", grant, id, 0);
    }

    /** Returns one line, which {@link #parse} understands. */
    String line() {
        return String.join("\t", act.name(), asker, grant.toString(), id, String.valueOf(leaseMillis));
    }

    static Call parse(String line) {
        String[] parts = line.split("\t", -1);
        return new Call(Act.valueOf(parts[0]), parts[1], Grant.parse(parts[2]), parts[3], Long.parseLong(parts[4]));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(act.name());
        if (!asker.isEmpty()) {
            text.append(" for ").append(asker);
        }
        if (!grant.isNone()) {
            text.append(act == Act.TAKE_OVER ? " from " : " under ").append(grant);
        }
        if (!id.isEmpty()) {
            text.append(" of ").append(id);
        }
        return text.toString();
    }
}
