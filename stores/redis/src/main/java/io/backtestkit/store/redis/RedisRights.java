package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Examines what the user may do, by trying each command on names that nothing has. A right that is missing in the middle of
 * a script would leave a part of a change behind, so all of them are needed before the first one.
 */
final class RedisRights {

    private static final String NO_SCRIPT = "0".repeat(40);

    private static final List<String> KINDS = List.of(
            RedisSignalStore.RECORD,
            RedisClaims.FENCE,
            RedisTradeLog.LIST,
            RedisTradeLog.IDS,
            RedisSignalStore.DAMAGED);

    /** What reading every record, claim and log takes. */
    private static final Set<String> TO_READ = Set.of("hgetall", "info", "lrange", "scan", "scard", "time");

    private final SharedConnection connection;
    private final RedisNames names;
    private final Request request;
    private final Set<String> lacking = new TreeSet<>();
    private boolean everyKey = true;

    RedisRights(SharedConnection connection, RedisNames names, Request request) {
        this.connection = connection;
        this.names = names;
        this.request = request;
    }

    /**
     * Examines one server.
     *
     * @param subject what the finding is to be about
     * @param denied the commands that it did not take already
     */
    StoreFinding examine(RedisPreflight.Server server, String subject, Collection<String> denied) {
        Set<String> commands = new TreeSet<>(denied);
        Set<String> kinds = new TreeSet<>();
        try {
            String[] lines = tried(server).split("\n", -1);
            Collections.addAll(commands, words(lines[0]));
            Collections.addAll(kinds, words(lines[1]));
        } catch (StoreRefusedException e) {
            if (!isDenied(e) && commands.isEmpty()) {
                return StoreFinding.warning(
                        subject,
                        "they could not be tried: " + e.found(),
                        "Grant the user what docs/databases.md lists for Redis.");
            }
            if (isDenied(e)) {
                commands.add("eval");
            }
        }
        if (!takesDigests(server)) {
            commands.add("evalsha");
        }
        lacking.addAll(commands);
        everyKey &= kinds.isEmpty();
        return finding(subject, commands, kinds);
    }

    /** Says whether every server that was examined lets everything be read, of every key. */
    boolean mayRead() {
        return everyKey && Collections.disjoint(lacking, TO_READ);
    }

    /** Says whether every server that was examined takes those commands, for every key. */
    boolean may(String... commands) {
        return everyKey && Collections.disjoint(lacking, List.of(commands));
    }

    private String tried(RedisPreflight.Server server) {
        String unused = "rights-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
        String scratch = names.name(RedisSignalStore.DAMAGED, unused);
        List<byte[]> arguments = new ArrayList<>(List.of(scratch.getBytes(UTF_8), (scratch + ":1").getBytes(UTF_8)));
        KINDS.forEach(kind -> arguments.add(names.name(kind, unused).getBytes(UTF_8)));
        byte[] answer = connection.call(request, redis -> server.commands()
                .<byte[]>eval(
                        RedisScripts.RIGHTS.source(),
                        ScriptOutputType.VALUE,
                        new String[0],
                        arguments.toArray(new byte[0][])));
        return RedisScripts.text(answer);
    }

    /** Asks for a script that there is not: an answer that says so comes after the right to ask. */
    private boolean takesDigests(RedisPreflight.Server server) {
        try {
            Object unused = connection.call(
                    request, redis -> server.commands().<Object>evalsha(NO_SCRIPT, ScriptOutputType.VALUE));
            return true;
        } catch (StoreRefusedException e) {
            return !isDenied(e);
        }
    }

    /** Says whether it is the command that was not taken, be it for this user or for nobody. */
    private static boolean isDenied(StoreRefusedException refused) {
        requireAnswered(refused);
        Throwable cause = Objects.requireNonNull(refused.getCause());
        return "NOPERM".equals(RedisFailures.code(cause)) || RedisFailures.isUnknownCommand(cause);
    }

    /** Throws it if it is none of the server's answers. */
    static void requireAnswered(SignalStoreException failure) {
        if (!(failure.getCause() instanceof RedisCommandExecutionException)) {
            throw failure;
        }
    }

    private static StoreFinding finding(String subject, Set<String> commands, Set<String> kinds) {
        if (commands.isEmpty() && kinds.isEmpty()) {
            return StoreFinding.ok(subject, "the user may run every command that is needed");
        }
        List<String> found = new ArrayList<>();
        List<String> grants = new ArrayList<>();
        if (!commands.isEmpty()) {
            found.add("the user may not run " + String.join(", ", commands));
            commands.forEach(command -> grants.add("+" + command));
        }
        if (!kinds.isEmpty()) {
            found.add("the user may not touch the keys " + String.join("*, ", kinds) + "*");
            kinds.forEach(kind -> grants.add("~" + kind + "*"));
        }
        return StoreFinding.refused(
                subject,
                String.join(", and ", found),
                "Grant it (" + String.join(" ", grants) + "), and all else that docs/databases.md lists for Redis.");
    }

    private static String[] words(String line) {
        return line.isEmpty() ? new String[0] : line.split(" ");
    }
}
