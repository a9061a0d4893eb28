package io.backtestkit.store.redis;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps signals in Redis, each in a hash of its own ({@code HGETALL signal:breakout:BTCUSDT}):
 *
 * <pre>
 * schema    1
 * epoch     7                                         of the slot's newest claim when it was written; 0 if there was none
 * version   42                                        grows with each write to the slot
 * sum       8d6a4f0b1c25f0c8e0a6d7a1b5b0f8f1d2c3e4a5  over all the others and the slot's name: see {@code RedisRecord}
 * body      {"schema":1,"id":"a1",...}                as in {@link SignalCodec}
 * </pre>
 *
 * <p><b>Atomic.</b> Write, delete, {@link #end} (log and slot together) and each signal of {@link #writeAll} are changed whole
 * or not at all by a script, which first looks whether the record in place is whole and whose the slot is. {@code writeAll}
 * sends up to a hundred signals to one script, in a cluster one, without waiting for each answer: other programs may see some
 * of its signals before others; a signal that is refused, be it for damage or for another's claim, does not keep the rest
 * from being written; and once the server has failed nothing more is sent. Opening tries every right that the scripts need,
 * since the server takes nothing back of a script that is denied one in the middle: should a right be taken away later, the
 * call says that the change may have been made, and making it again completes it.
 *
 * <p><b>Claims</b> are kept in {@code fence:breakout:BTCUSDT}, a hash that stays when the slot is free:
 *
 * <pre>
 * epoch     7                                         of the newest claim; 0 if there never was one
 * owner     process 4711 on trader-1, started ...     empty if nobody has the slot
 * until     1767225600000                             when the lease runs out, by the server's clock
 * version   42                                        of the newest record
 * recent    " 9f3c:17 a07b:4"                         the writers that came last, each with the number of its last change
 * sum       1f0c8e0a6d7a1b5b0f8f1d2c3e4a58d6a4f0b1c2  SHA-1 of "breakout:BTCUSDT" and these, joined by line feeds
 * </pre>
 *
 * <p>If a fence is damaged, {@link #setAside} begins a new one, whose epoch is the time in milliseconds: more than whatever
 * the damage hid.
 *
 * <p><b>Late and repeated requests.</b> Each change and each question for a claim carries this store's own id and a number
 * that grows. The fence knows the last number of each of the sixteen stores that changed the slot last. A request that
 * arrives again, or after a later one of the same store, changes nothing; nor does one whose claim is no longer the slot's.
 *
 * <p><b>Durable</b> with {@code appendonly yes} and {@code appendfsync always}, which opening checks. A failover to a
 * replica can lose what was acknowledged.
 */
public final class RedisSignalStore implements SignalStore {

    static final String RECORD = "signal";

    static final String DAMAGED = "damaged";

    private final SharedConnection connection;
    private final RedisNames names;
    private final RedisKeyspace keyspace;
    private final RedisOptions options;
    private final RedisServers servers;
    private final RedisChanges changes;
    private final RedisClaims claims;
    private final RedisTradeLog tradeLog;

    RedisSignalStore(SharedConnection connection, RedisServers servers, RedisOptions options) {
        this.connection = connection;
        this.servers = servers;
        this.options = options;
        names = new RedisNames(servers.clustered());
        keyspace = new RedisKeyspace(connection, names);
        changes = new RedisChanges(connection, names, options);
        claims = new RedisClaims(connection, names, changes);
        tradeLog = new RedisTradeLog(connection, names, keyspace);
    }

    /** Opens the store on the user's own client, which is not closed with the store, with the standard options. */
    public static RedisSignalStore on(RedisClient client) {
        return on(client, RedisOptions.defaults());
    }

    /**
     * Opens the store on the user's own client, which is not closed with the store. The client's own options decide about
     * connecting, sockets and TLS; it must have been made with the server's address.
     *
     * @throws io.backtestkit.store.StoreRefusedException if the server does not keep what it acknowledges; every fault is
     *     named
     * @throws io.backtestkit.store.StoreUnavailableException if it cannot be reached
     */
    public static RedisSignalStore on(RedisClient client, RedisOptions options) {
        return RedisOpening.on(client, options);
    }

    /**
     * Opens the store on the user's own client of a Redis Cluster, as {@link #on(RedisClient, RedisOptions)} does. After a
     * failover {@link #keys} also asks the server that failed, until the cluster forgets it, unless the client's options
     * leave out nodes that failed and have no slots ({@code nodeFilter}).
     */
    public static RedisSignalStore on(RedisClusterClient client, RedisOptions options) {
        return RedisOpening.on(client, options);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        changes.write(null, signal);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        Request request = Request.reading("read signal", key);
        Map<String, byte[]> fields = connection.call(request, redis -> redis.hgetall(names.name(RECORD, key)));
        return fields.isEmpty() ? Optional.empty() : Optional.of(decoded(request, key, fields));
    }

    @Override
    public void delete(SignalKey key) {
        changes.delete(null, key);
    }

    /** Sends many at a time; see the class for what is atomic. */
    @Override
    public void writeAll(Map<SignalKey, Signal> signals) {
        signals.forEach((key, signal) -> signal.requireKey(key));
        changes.writeAll(signals.values());
    }

    @Override
    public void end(EndedSignal ended) {
        changes.end(null, ended);
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(claims);
    }

    @Override
    public Set<SignalKey> keys() {
        return keyspace.keys(Request.ofStore("list the signals of"), RECORD);
    }

    @Override
    public Optional<Duration> expireAbandonedAfter() {
        return options.expireAbandonedAfter();
    }

    @Override
    public void touch(SignalKey key) {
        options.expireAbandonedAfter().ifPresent(after -> {
            Request request = Request.changing("touch signal", key);
            connection.call(request, redis -> redis.pexpire(names.name(RECORD, key), after));
        });
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(tradeLog);
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        return settled(key, null);
    }

    /** Renames the record and writes the other by one script. */
    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        return settled(key, replacement);
    }

    /**
     * Renames the record to {@code damaged:breakout:BTCUSDT:1}, or the next number that is free; so too the fence, if it is
     * damaged.
     */
    private Optional<String> settled(SignalKey key, @Nullable Signal replacement) {
        List<String> kept = new ArrayList<>();
        Request request = Request.changing("set aside signal", key);
        try {
            claims.holder(key);
        } catch (UnreadableSignalException e) {
            renamed(request, key, RedisScripts.UNFENCE, List.of()).ifPresent(kept::add);
        }
        Map<String, byte[]> fields = Map.of();
        try {
            fields = connection.call(request, redis -> redis.hgetall(names.name(RECORD, key)));
            if (!fields.isEmpty()) {
                decoded(request, key, fields);
            }
        } catch (UnreadableSignalException e) {
            byte[] none = new byte[0];
            List<byte[]> arguments = new ArrayList<>();
            arguments.add(fields.getOrDefault("sum", none));
            arguments.add(fields.getOrDefault("body", none));
            if (replacement != null) {
                arguments.addAll(changes.signal(replacement));
            }
            renamed(request, key, RedisScripts.SET_ASIDE, arguments).ifPresent(kept::add);
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", kept));
    }

    private Optional<String> renamed(Request request, SignalKey key, RedisScripts script, List<byte[]> arguments) {
        for (int number = 1; ; number++) {
            String kept = names.name(DAMAGED, key) + ":" + number;
            RedisScripts.Run run = changes.slot(script, key, null).key(kept);
            arguments.forEach(run::argument);
            RedisAnswer answer = RedisAnswer.of(run.answer(connection, request));
            switch (answer.kind()) {
                case "OK" -> {
                    return Optional.of(kept);
                }
                case "FREE", "CHANGED" -> {
                    return Optional.empty();
                }
                case "TAKEN" -> {}
                default -> throw answer.failure(describe(), request, null);
            }
        }
    }

    @Override
    public List<StoreFinding> check() {
        RedisPreflight preflight = newPreflight();
        List<StoreFinding> findings = new ArrayList<>(preflight.findings(servers.all(connection)));
        if (!preflight.mayRead()) {
            return List.copyOf(findings);
        }
        for (SignalKey key : keys()) {
            try {
                read(key).map(StoreFinding::readable).ifPresent(findings::add);
            } catch (UnreadableSignalException e) {
                findings.add(StoreFinding.damaged("signal " + key, e.found(), e.advice()));
            }
        }
        findings.addAll(claims.check(keyspace, servers.now(connection)));
        findings.addAll(tradeLog.check());
        return List.copyOf(findings);
    }

    List<StoreFinding> preflight() {
        return newPreflight().findings(servers.all(connection));
    }

    private RedisPreflight newPreflight() {
        return new RedisPreflight(connection, names, keyspace, options, servers.network());
    }

    @Override
    public String describe() {
        return connection.store();
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return describe();
    }

    private Signal decoded(Request request, SignalKey key, Map<String, byte[]> fields) {
        try {
            return RedisRecord.signal(key, fields);
        } catch (SignalFormatException e) {
            throw RedisFailures.unreadable(request, describe(), String.valueOf(e.getMessage()), e);
        }
    }
}
