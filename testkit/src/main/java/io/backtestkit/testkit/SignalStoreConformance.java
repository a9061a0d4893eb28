package io.backtestkit.testkit;

import org.junit.jupiter.api.Nested;

/**
 * Proves that a store keeps the promise of {@link io.backtestkit.store.SignalStore}. Subclass it and name a fixture:
 *
 * <pre>
 * class MySignalStoreConformanceTest extends SignalStoreConformance {
 *     &#64;Override
 *     protected StoreFixture fixture() {
 *         return new MyFixture();
 *     }
 * }
 * </pre>
 *
 * <p>No test is ever skipped: what the fixture declares a store not to offer, the store must refuse as the contract says. What
 * the kit has no means to show, the fixture declares as {@link Unproved}, and each run prints it. Each failure begins with the
 * fixture's name and the group's. Each group is a tag of JUnit: {@code -Dgroups=claimed-slots} runs one alone. Random tests print
 * the seed that repeats them; set it with {@code -Dbacktestkit.seed=...}.
 *
 * <p>Some tests start other processes; {@code -Dbacktestkit.processes=20} starts more. What a test on one machine cannot
 * show is not shown here: power cuts and full disks.
 */
public abstract class SignalStoreConformance {

    /** For subclasses. */
    protected SignalStoreConformance() {}

    /** Returns a new, empty place for one test. The kit opens the store on it and closes both. */
    protected abstract StoreFixture fixture();

    /** What was written is read, every field of it. */
    @Nested
    class RoundTrip extends RoundTripContract {
        RoundTrip() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** The last write wins; a slot holds one signal. */
    @Nested
    class Replacement extends ReplacementContract {
        Replacement() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A deleted or never used slot is free. */
    @Nested
    class Deletion extends DeletionContract {
        Deletion() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Different keys never meet. */
    @Nested
    class DistinctKeys extends DistinctKeysContract {
        DistinctKeys() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** No price changes by a digit. */
    @Nested
    class ExactPrices extends ExactPricesContract {
        ExactPrices() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** What was written or deleted stays so when the store is opened again. */
    @Nested
    class Reopening extends ReopeningContract {
        Reopening() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Many threads see whole records only, and lose none. */
    @Nested
    class ConcurrentUse extends ConcurrentUseContract {
        ConcurrentUse() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A damaged record is never taken for absent, overwritten or deleted. */
    @Nested
    class DamagedRecords extends DamagedRecordsContract {
        DamagedRecords() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Damage of which no key can be told is reported, and stays. */
    @Nested
    class KeylessDamage extends KeylessDamageContract {
        KeylessDamage() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A signal is put in the place of a damaged record, and the slot is free at no moment. */
    @Nested
    class ReplacedDamage extends ReplacedDamageContract {
        ReplacedDamage() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A damaged claim is never taken for none. */
    @Nested
    class DamagedClaims extends DamagedClaimsContract {
        DamagedClaims() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A damaged entry of the history is never skipped. */
    @Nested
    class DamagedTrades extends DamagedTradesContract {
        DamagedTrades() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A slot has one owner at a time, and whoever was succeeded changes nothing any more. */
    @Nested
    class ClaimedSlots extends ClaimsContract {
        ClaimedSlots() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Whatever arrives late, after its owner was succeeded or its slot has gone on, changes nothing. */
    @Nested
    class LateChanges extends LateChangesContract {
        LateChanges() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Ending a signal moves it from its slot to the history, also when it is repeated. */
    @Nested
    class Ending extends EndingContract {
        Ending() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Each ended signal is in the history once. */
    @Nested
    class TradeHistory extends TradeHistoryContract {
        TradeHistory() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Several signals are written as if one by one. */
    @Nested
    class WritingSeveral extends WritingSeveralContract {
        WritingSeveral() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Wrong calls are refused by type, with a message that helps, and change nothing. */
    @Nested
    class WrongUse extends WrongUseContract {
        WrongUse() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Long text and every character are kept; what no store can keep is refused. */
    @Nested
    class LargeAndOddRecords extends LargeAndOddRecordsContract {
        LargeAndOddRecords() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** No page of a long list is missed. */
    @Nested
    class ManyRecords extends ManyRecordsContract {
        ManyRecords() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Many processes open one place, see whole records only, and lose none, also when they are killed. */
    @Nested
    class ConcurrentProcesses extends ConcurrentProcessesContract {
        ConcurrentProcesses() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Whatever the network does, a call ends in time and tells the truth, and the store comes back by itself. */
    @Nested
    class Disconnection extends DisconnectionContract {
        Disconnection() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** A slow answer is waited for, for a while; a late one is not taken for another. */
    @Nested
    class SlowServer extends SlowServerContract {
        SlowServer() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** What was acknowledged survives the server, and the same store goes on. */
    @Nested
    class ServerRestart extends ServerRestartContract {
        ServerRestart() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Abandoned signals go where that was asked for; held ones and the history never do. */
    @Nested
    class Expiry extends ExpiryContract {
        Expiry() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** The same holds under a claim, and no claim expires with its signal. */
    @Nested
    class ClaimedExpiry extends ClaimedExpiryContract {
        ClaimedExpiry() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** Closed, interrupted, forbidden: the caller is told by type what became of the change. */
    @Nested
    class TypedErrors extends TypedErrorsContract {
        TypedErrors() {
            super(SignalStoreConformance.this::fixture);
        }
    }

    /** What the kit has no means to show of this store is printed, and declared by the fixture. */
    @Nested
    class WhatIsUnproved extends UnprovedContract {
        WhatIsUnproved() {
            super(SignalStoreConformance.this::fixture);
        }
    }
}
