package io.backtestkit.store.redis;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rights that docs/databases.md lists for Redis.
 *
 * @param keys the patterns of the keys
 * @param commands what the store runs
 * @param handshake what the client runs when it connects
 */
record DocumentedRights(List<String> keys, List<String> commands, List<String> handshake) {

    static final String SECRET = "correct-horse-battery";

    static DocumentedRights read() {
        try (Stream<String> lines = Files.lines(Path.of("../../docs/databases.md"))) {
            String[] quoted = lines.filter(line -> line.startsWith("| Redis | keys"))
                    .findFirst()
                    .orElseThrow()
                    .replace("\\|", "|")
                    .split("`", -1);
            return new DocumentedRights(words(quoted[1]), words(quoted[3]), words(quoted[5]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(String text) {
        return List.of(text.split(" "));
    }

    /** Returns the rules of a user who has all of them. */
    List<String> rules() {
        List<String> rules = new ArrayList<>(List.of("reset", "on", ">" + SECRET));
        keys.forEach(pattern -> rules.add("~" + pattern));
        Stream.concat(commands.stream(), handshake.stream()).forEach(command -> rules.add("+" + command));
        return rules;
    }

    /** Returns the rules of a user who has all but one of them. */
    List<String> rulesWithout(String right) {
        return rules().stream().filter(rule -> !rule.substring(1).equals(right)).toList();
    }

    /** Returns the settings of a server that has a user with all of them. */
    String[] settings(String user) {
        return Stream.concat(Stream.of("--user", user), rules().stream().filter(rule -> !rule.equals("reset")))
                .toArray(String[]::new);
    }

    /** Makes a user, or changes one from now on. */
    static void set(RealRedis redis, String user, List<String> rules) {
        CommandArgs<String, String> args =
                new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user);
        rules.forEach(args::add);
        redis.ask(commands -> commands.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args));
    }

    /** Returns where that user trades. */
    static String location(RealRedis redis, String user) {
        return RealRedis.patient(redis.location().replace("//", "//" + user + ":" + SECRET + "@"));
    }
}
