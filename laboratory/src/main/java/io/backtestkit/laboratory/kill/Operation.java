package io.backtestkit.laboratory.kill;

import io.backtestkit.store.Claim;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One change of a slot, from what must be there before to what must be there after it. */
enum Operation {
    WRITE,
    OVERWRITE,
    DELETE,
    END,
    CLAIM,
    RENEW,
    RELEASE,
    TAKE_OVER,
    REPLACE_DAMAGED;

    /** Who has the slot before. */
    static final String FIRST = "first";

    private static final String SECOND = "second";
    private static final long FIRST_HELD = 1;

    /** Returns the change with that name, as {@link #toString} says it. */
    static Operation named(String name) {
        return Arrays.stream(values())
                .filter(operation -> operation.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no change '" + name + "'."));
    }

    /** Makes what must be there before; a record that must be damaged is still whole. */
    void prepare(SignalStore store) {
        Claims claims = store.claims().orElseThrow();
        Claim claim = claims.claim(OwnerMain.KEY, FIRST, Succession.LEASE).claim();
        if (before().held() != 0) {
            claims.write(claim, Step.signal(OwnerMain.KEY, FIRST_HELD));
        }
        if (ownerBefore().isEmpty()) {
            claims.release(claim);
        }
    }

    /** Makes the change. */
    void run(SignalStore store) {
        Claims claims = store.claims().orElseThrow();
        if (this == CLAIM) {
            claims.claim(OwnerMain.KEY, SECOND, Succession.LEASE);
            return;
        }
        if (this == REPLACE_DAMAGED) {
            store.setAside(OwnerMain.KEY, Step.signal(OwnerMain.KEY, after().held()));
            return;
        }
        Claim claim = claims.holder(OwnerMain.KEY).orElseThrow();
        switch (this) {
            case WRITE, OVERWRITE -> claims.write(claim, Step.signal(OwnerMain.KEY, after().held()));
            case DELETE -> claims.delete(claim);
            case END -> claims.end(claim, Step.ended(OwnerMain.KEY, before().held()));
            case RENEW -> claims.renew(claim, Succession.LEASE.multipliedBy(2));
            case RELEASE -> claims.release(claim);
            case TAKE_OVER -> claims.takeOver(claim, SECOND, Succession.LEASE);
            case CLAIM, REPLACE_DAMAGED -> throw new IllegalStateException(this + " is made without a claim.");
        }
    }

    State before() {
        return switch (this) {
            case WRITE -> State.NOTHING;
            case REPLACE_DAMAGED -> State.DAMAGED;
            case OVERWRITE, DELETE, END, CLAIM, RENEW, RELEASE, TAKE_OVER -> new State(FIRST_HELD, List.of());
        };
    }

    State after() {
        return switch (this) {
            case WRITE, OVERWRITE, REPLACE_DAMAGED -> new State(2, List.of());
            case DELETE -> State.NOTHING;
            case END -> new State(0, List.of(FIRST_HELD));
            case CLAIM, RENEW, RELEASE, TAKE_OVER -> before();
        };
    }

    /** Returns who has the slot before. */
    Optional<String> ownerBefore() {
        return this == CLAIM || this == REPLACE_DAMAGED ? Optional.empty() : Optional.of(FIRST);
    }

    /** Returns who has the slot afterwards. */
    Optional<String> ownerAfter() {
        return switch (this) {
            case WRITE, OVERWRITE, DELETE, END, RENEW -> Optional.of(FIRST);
            case CLAIM, TAKE_OVER -> Optional.of(SECOND);
            case RELEASE, REPLACE_DAMAGED -> Optional.empty();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
