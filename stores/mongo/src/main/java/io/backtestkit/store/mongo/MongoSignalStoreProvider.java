package io.backtestkit.store.mongo;

import io.backtestkit.store.ReadOnlySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.util.Set;

/**
 * Opens locations such as {@code mongodb://trader@db1,db2,db3/trading?replicaSet=rs0&tls=true&passwordEnv=MONGO_PASSWORD}
 * and {@code mongodb+srv://cluster.example.net/trading}. A location is a connection string of the driver; without a
 * database it means {@code backtest_kit}. Besides the driver's options it takes these:
 *
 * <ul>
 *   <li>{@code passwordEnv=NAME}, {@code passwordFile=PATH}: where the password is, instead of in the location
 *   <li>{@code singleNode=true}: one server is meant, a stand-alone one or one member of a replica set
 *   <li>{@code insecure=true}: no TLS, no host check or no authentication to another machine is meant
 *   <li>{@code expireAbandonedAfter=7d}: signals nobody touched for that long are removed (s, m, h, d); off by default
 * </ul>
 *
 * <p>Defaults of the driver's options: {@code serverSelectionTimeoutMS=5000}, {@code connectTimeoutMS=3000}, {@code
 * socketTimeoutMS=10000}, {@code waitQueueTimeoutMS=5000}, {@code wtimeoutMS=8000} (how long a write waits for the
 * majority), {@code maxPoolSize=20}; none of them may be 0, which would be for ever. {@code retryWrites=true}, as many a
 * connection string has it, is taken and left to {@link io.backtestkit.store.RetryingSignalStore}, which owns the retries: of two
 * attempts the driver tells only what became of the second; {@code retryReads} is false, and may be true. {@code w} can only be majority, {@code journal} only
 * true and {@code readPreference} only primary; {@code readConcernLevel} is majority, or linearizable.
 */
public final class MongoSignalStoreProvider implements SignalStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public MongoSignalStoreProvider() {}

    /**
     * Connects as a store at that location would, for work beside it. The caller closes it.
     *
     * @throws IllegalArgumentException if the location is wrong
     */
    public static MongoLink connect(StoreLocation location) {
        return new MongoLink(
                MongoLocation.parse(location, System::getenv).connect().access());
    }

    @Override
    public Set<String> schemes() {
        return Set.of("mongodb", "mongodb+srv");
    }

    @Override
    public SignalStore open(StoreLocation location) {
        return MongoPreflight.opened(
                MongoLocation.parse(location, System::getenv).connect());
    }

    /** Opens without preflight and without making an index: a store that is refused for trading can still be looked at. */
    @Override
    public SignalStore openReadOnly(StoreLocation location) {
        return new ReadOnlySignalStore(MongoPreflight.lookingOn(
                MongoLocation.parse(location, System::getenv).connect()));
    }
}
