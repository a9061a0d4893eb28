package io.backtestkit.testkit;

import io.backtestkit.store.InMemorySignalStore;
import io.backtestkit.store.SignalStore;
import java.util.EnumSet;
import java.util.Set;

/** The in-memory store keeps every promise but durability. */
class InMemorySignalStoreConformanceTest extends SignalStoreConformance {

    @Override
    protected StoreFixture fixture() {
        return new StoreFixture() {
            @Override
            public String name() {
                return "memory";
            }

            @Override
            public SignalStore open() {
                return new InMemorySignalStore();
            }

            @Override
            public Set<Unproved> unproved() {
                return EnumSet.of(Unproved.DAMAGE, Unproved.NETWORK, Unproved.RIGHTS);
            }

            @Override
            public boolean offersClaims() {
                return true;
            }

            @Override
            public boolean durable() {
                return false;
            }
        };
    }
}
