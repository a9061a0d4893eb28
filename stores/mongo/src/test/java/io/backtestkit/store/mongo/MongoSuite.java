package io.backtestkit.store.mongo;

import io.backtestkit.testkit.SignalStoreConformance;
import io.backtestkit.testkit.StoreFixture;
import org.junit.jupiter.api.Nested;

/** Everything that is shown on a server: the published kit, and what is this store's own. */
abstract class MongoSuite extends SignalStoreConformance {

    abstract TestServer server();

    @Override
    protected StoreFixture fixture() {
        return new MongoFixture(server());
    }

    /** What an operator finds in the database. */
    @Nested
    class StoredShape extends StoredShapeContract {
        StoredShape() {
            super(MongoSuite.this::server);
        }
    }

    /** What is this store's own about claims. */
    @Nested
    class OwnClaims extends MongoClaimsContract {
        OwnClaims() {
            super(MongoSuite.this::server);
        }
    }

    /** Processes stopped between two requests. */
    @Nested
    class ClaimSteps extends ClaimStepsContract {
        ClaimSteps() {
            super(MongoSuite.this::server);
        }
    }

    /** Owners whose damaged document an operator gave up. */
    @Nested
    class ClaimsAfterSetAside extends ClaimsAfterSetAsideContract {
        ClaimsAfterSetAside() {
            super(MongoSuite.this::server);
        }
    }

    /** Networks that swallow, cut and refuse. */
    @Nested
    class NetworkFaults extends NetworkFaultsContract {
        NetworkFaults() {
            super(MongoSuite.this::server);
        }
    }

    /** A damaged document that is replaced, stopped between any two requests. */
    @Nested
    class ReplacementSteps extends ReplacementStepsContract {
        ReplacementSteps() {
            super(MongoSuite.this::server);
        }
    }

    /** Changes of several steps, of which a later one fails. */
    @Nested
    class BegunChanges extends BegunChangesContract {
        BegunChanges() {
            super(MongoSuite.this::server);
        }
    }
}
