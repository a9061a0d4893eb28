package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Looks for what the fixture leaves unproved, prints it, and compares it with what the fixture says. */
@Tag("what-is-unproved")
abstract class UnprovedContract extends StoreContract {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Signal HELD = SampleSignals.openLong(KEY).build();

    UnprovedContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @Test
    void whatStaysUnprovedIsDeclared() {
        store().write(KEY, HELD);
        Set<Unproved> found = EnumSet.noneOf(Unproved.class);
        found.addAll(damageUnproved());
        fixture()
                .server()
                .ifPresentOrElse(
                        server -> addIf(server.restart().isEmpty(), Unproved.RESTART, found),
                        () -> found.add(Unproved.NETWORK));
        boolean neverExpires =
                fixture().expiry().filter(expiry -> !expiry.expires()).isPresent();
        addIf(neverExpires, Unproved.EXPIRY, found);
        addIf(fixture().forbidden().isEmpty(), Unproved.RIGHTS, found);

        if (!found.isEmpty()) {
            System.out.println("[" + fixture().name() + "] not proved: " + listed(found));
        }
        Set<Unproved> undeclared = without(found, fixture().unproved());
        Set<Unproved> proved = without(fixture().unproved(), found);
        if (!undeclared.isEmpty() || !proved.isEmpty()) {
            throw new AssertionError("unproved() of the fixture must name what the kit cannot prove of this store."
                    + told(undeclared, "It does not name", "Implement that, or name it.")
                    + told(proved, "It names, though nothing is missing,", "Leave that out."));
        }
    }

    private static void addIf(boolean missing, Unproved what, Set<Unproved> found) {
        if (missing) {
            found.add(what);
        }
    }

    private static Set<Unproved> without(Set<Unproved> some, Set<Unproved> others) {
        return some.stream().filter(what -> !others.contains(what)).collect(Collectors.toSet());
    }

    private static String told(Set<Unproved> some, String found, String advice) {
        return some.isEmpty() ? "" : " " + found + " " + listed(some) + ". " + advice;
    }

    private static String listed(Set<Unproved> some) {
        return some.stream().sorted().map(Unproved::toString).collect(Collectors.joining("; "));
    }

    /** Asks for each kind of damage where the store offers what is damaged. */
    private Set<Unproved> damageUnproved() {
        Optional<Damager> able =
                fixture().damager().filter(damager -> !damager.possible().isEmpty());
        if (able.isEmpty()) {
            return Set.of(Unproved.DAMAGE);
        }
        Damager damager = able.get();
        Set<Unproved> found = EnumSet.noneOf(Unproved.class);
        if (fixture().setsAside()) {
            whileClosed(() -> {
                damager.damage(KEY, damager.possible().iterator().next());
                return true;
            });
            store().setAside(KEY);
            addIf(damager.keptBytes(KEY).isEmpty(), Unproved.KEPT_BYTES, found);
        }
        withLog(log -> {
            log.append(SampleSignals.closed(HELD));
            addIf(!whileClosed(() -> damager.damageTrade(KEY, 0)), Unproved.DAMAGED_TRADES, found);
        });
        withClaims(claims -> {
            granted(claims.claim(KEY, "owner", LEASE));
            addIf(!whileClosed(() -> damager.damageClaim(KEY)), Unproved.DAMAGED_CLAIMS, found);
        });
        if (fixture().listsKeys()) {
            store().write(KeylessDamageContract.LOST, KeylessDamageContract.HELD);
            boolean damaged = whileClosed(() -> damager.damageKey(KeylessDamageContract.LOST));
            addIf(!damaged, Unproved.KEYLESS_DAMAGE, found);
        }
        return found;
    }

    private boolean whileClosed(BooleanSupplier damage) {
        boolean[] damaged = new boolean[1];
        Runnable call = () -> damaged[0] = damage.getAsBoolean();
        if (fixture().durable()) {
            closeAndReopen(call);
        } else {
            call.run();
        }
        return damaged[0];
    }
}
