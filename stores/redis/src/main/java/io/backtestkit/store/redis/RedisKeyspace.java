package io.backtestkit.store.redis;

import io.backtestkit.signal.SignalKey;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds names by SCAN: what is there from beginning to end is found; what comes or goes meanwhile may be. */
final class RedisKeyspace {

    private static final int STEP = 1000;

    private final SharedConnection connection;
    private final RedisNames names;

    RedisKeyspace(SharedConnection connection, RedisNames names) {
        this.connection = connection;
        this.names = names;
    }

    /** Returns every name that begins with the kind and a colon, those of other programs too. */
    Set<String> names(Request request, String kind) {
        ScanArgs all = ScanArgs.Builder.limit(STEP).match(kind + ":*");
        Set<String> found = new LinkedHashSet<>();
        KeyScanCursor<String> cursor = connection.call(request, redis -> redis.scan(all));
        while (true) {
            found.addAll(cursor.getKeys());
            if (cursor.isFinished()) {
                return found;
            }
            KeyScanCursor<String> at = cursor;
            cursor = connection.call(request, redis -> redis.scan(at, all));
        }
    }

    Set<SignalKey> keys(Request request, String kind) {
        Set<SignalKey> keys = new TreeSet<>();
        names(request, kind).stream()
                .map(name -> names.key(kind, name))
                .flatMap(Optional::stream)
                .forEach(keys::add);
        return keys;
    }
}
