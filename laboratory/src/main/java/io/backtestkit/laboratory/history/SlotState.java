package io.backtestkit.laboratory.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know of a slot.
 *
 * @param epoch the largest that any claim had, as far as one was ever told
 * @param holder who has it; null if nobody has
 * @param signal the id of the signal held; empty if none is
 * @param trades the ids of those that ended, in the order of the log
 */
record SlotState(long epoch, @Nullable Holder holder, String signal, List<String> trades) {

    /** An epoch that nobody was ever told. */
    static final long UNTOLD = 0;

    static final SlotState NEW = new SlotState(0, null, "", List.of());

    /**
     * Who has the slot.
     *
     * @param earliest when the lease may run out, in milliseconds since 1970
     * @param latest when it must have
     */
    record Holder(String owner, long epoch, long earliest, long latest) {

        static Holder of(Grant grant) {
            return new Holder(grant.owner(), grant.epoch(), grant.until(), grant.until());
        }

        boolean is(Grant grant) {
            return epoch != UNTOLD && epoch == grant.epoch() && owner.equals(grant.owner());
        }
    }

    boolean isHeldUnder(Grant grant) {
        return holder != null && holder.is(grant);
    }

    SlotState granted(Holder to) {
        // whoever has an epoch that nobody was told has used one up all the same
        return new SlotState(to.epoch() == UNTOLD ? epoch + 1 : to.epoch(), to, signal, trades);
    }

    SlotState heldBy(@Nullable Holder by) {
        return new SlotState(epoch, by, signal, trades);
    }

    SlotState holding(String id) {
        return new SlotState(epoch, holder, id, trades);
    }

    SlotState logged(String id) {
        if (trades.contains(id)) {
            return this;
        }
        List<String> more = new ArrayList<>(trades);
        more.add(id);
        return new SlotState(epoch, holder, signal, List.copyOf(more));
    }
}
