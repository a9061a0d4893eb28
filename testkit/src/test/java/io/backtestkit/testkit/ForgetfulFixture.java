package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The fixture of a correct store that lacks what would prove one thing of it. */
final class ForgetfulFixture extends ToyFixture {

    private final Unproved forgotten;
    private final Set<Unproved> declared;

    ForgetfulFixture(Unproved forgotten, Set<Unproved> declared) {
        super(ToyKind.CORRECT);
        this.forgotten = forgotten;
        this.declared = declared;
    }

    @Override
    public Set<Unproved> unproved() {
        return declared;
    }

    @Override
    public Optional<Damager> damager() {
        return forgotten == Unproved.DAMAGE
                ? Optional.empty()
                : super.damager().map(able -> new ForgetfulDamager(able, forgotten));
    }

    @Override
    public Optional<ServerFixture> server() {
        return forgotten == Unproved.NETWORK ? Optional.empty() : super.server();
    }

    @Override
    public Optional<Runnable> restart() {
        return forgotten == Unproved.RESTART ? Optional.empty() : super.restart();
    }

    @Override
    public boolean expires() {
        return forgotten != Unproved.EXPIRY;
    }

    @Override
    public Optional<Supplier<SignalStore>> forbidden() {
        return forgotten == Unproved.RIGHTS ? Optional.empty() : super.forbidden();
    }

    private record ForgetfulDamager(Damager able, Unproved forgotten) implements Damager {

        @Override
        public void damage(SignalKey key, Damage how) {
            able.damage(key, how);
        }

        @Override
        public byte[] bytes(SignalKey key) {
            return able.bytes(key);
        }

        @Override
        public boolean damageClaim(SignalKey key) {
            return forgotten != Unproved.DAMAGED_CLAIMS && able.damageClaim(key);
        }

        @Override
        public boolean damageTrade(SignalKey key, int number) {
            return forgotten != Unproved.DAMAGED_TRADES && able.damageTrade(key, number);
        }

        @Override
        public boolean damageKey(SignalKey key) {
            return forgotten != Unproved.KEYLESS_DAMAGE && able.damageKey(key);
        }

        @Override
        public Optional<byte[]> keptBytes(SignalKey key) {
            return forgotten == Unproved.KEPT_BYTES ? Optional.empty() : able.keptBytes(key);
        }
    }
}
