package io.backtestkit.store.redis;

import io.backtestkit.store.ReadOnlySignalStore;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreProvider;
import io.backtestkit.store.StoreLocation;
import java.util.Set;

/**
 * Opens locations of one server, of a server found by Sentinel, and of a cluster:
 *
 * <pre>
 * redis://host:6379/0                    rediss://user@host:6379/0?passwordEnv=REDIS_PASSWORD
 * redis-sentinel://a,b,c/0?sentinelMasterId=mymaster          rediss-sentinel://...
 * redis-cluster://a:6379,b:6379,c:6379                        rediss-cluster://...
 * </pre>
 *
 * <p>Options, all of them optional: {@code connectTimeout=2s}, {@code commandTimeout=3s}, {@code socketTimeout=10s}, {@code
 * keepAlive=30s}, {@code passwordEnv=NAME}, {@code passwordFile=PATH}, {@code caFile=PATH} (PEM, instead of Java's own
 * certificates), {@code sentinelPasswordEnv=NAME}, {@code expireAbandonedAfter=7d}, {@code acceptLossWindow=1s}, {@code
 * acceptUnverified=true}, {@code insecure=true} (certificates and host names are not checked). See {@link RedisOptions}.
 */
public final class RedisSignalStoreProvider implements SignalStoreProvider {

    /** For {@link java.util.ServiceLoader}. */
    public RedisSignalStoreProvider() {}

    /**
     * Connects as a store at that location would, for work beside it. The caller closes it.
     *
     * @throws IllegalArgumentException if the location is wrong
     * @throws io.backtestkit.store.SignalStoreException if the server cannot be reached or refuses the user
     */
    public static RedisLink connect(StoreLocation location) {
        return RedisOpening.link(RedisLocation.of(location, System::getenv));
    }

    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster");
    }

    @Override
    public SignalStore open(StoreLocation location) {
        return RedisOpening.open(RedisLocation.of(location, System::getenv));
    }

    /** Opens a server that the preflight would refuse, too: {@link SignalStore#check} then says why. */
    @Override
    public SignalStore openReadOnly(StoreLocation location) {
        return new ReadOnlySignalStore(RedisOpening.openUnchecked(RedisLocation.of(location, System::getenv)));
    }
}
