package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreRefusedException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The scripts, called by their digest; sent in full only to a server that does not know one yet. */
enum RedisScripts {
    WRITE("slot", "write"),
    DELETE("slot", "delete"),
    END("slot", "log", "end"),
    APPEND("log", "append"),
    CLAIM("slot", "claim"),
    RENEW("slot", "renew"),
    SET_ASIDE("slot", "setaside"),
    UNFENCE("slot", "unfence"),
    RIGHTS("rights");

    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final String text;
    private final String digest;

    RedisScripts(String... parts) {
        StringBuilder whole = new StringBuilder();
        for (String part : parts) {
            whole.append(resource(part + ".lua")).append('\n');
        }
        text = whole.toString();
        digest = sha1(text.getBytes(UTF_8));
    }

    /** One run of a script, with the keys and arguments that were added so far. */
    static final class Run {

        private final RedisScripts script;
        private final List<String> keys = new ArrayList<>();
        private final List<byte[]> arguments = new ArrayList<>();

        Run(RedisScripts script) {
            this.script = script;
        }

        Run key(String key) {
            keys.add(key);
            return this;
        }

        Run argument(byte[] argument) {
            arguments.add(argument);
            return this;
        }

        AsyncCommand<String, byte[], byte[]> byDigest() {
            return command(CommandType.EVALSHA, script.digest);
        }

        private AsyncCommand<String, byte[], byte[]> command(CommandType type, String name) {
            CommandArgs<String, byte[]> args = new CommandArgs<>(CODEC)
                    .add(name)
                    .add(keys.size())
                    .addKeys(keys)
                    .addValues(arguments);
            return new AsyncCommand<>(new Command<>(type, new ValueOutput<>(CODEC), args));
        }

        /** Runs it and returns the script's answer, for example {@code OK}. */
        String answer(SharedConnection connection, Request request) {
            try {
                return sent(connection, request, byDigest());
            } catch (StoreRefusedException e) {
                if (isUnknownScript(e)) {
                    return sent(connection, request, command(CommandType.EVAL, script.text));
                }
                throw e;
            }
        }
    }

    String source() {
        return text;
    }

    static String text(byte[] answer) {
        return new String(answer, UTF_8);
    }

    /** Says whether the server did not know the script, and so did nothing. */
    static boolean isUnknownScript(SignalStoreException failure) {
        return failure.getCause() instanceof RedisNoScriptException;
    }

    private static String sent(
            SharedConnection connection, Request request, AsyncCommand<String, byte[], byte[]> command) {
        connection.send(request, command);
        return text(connection.answer(request, command));
    }

    private static String resource(String name) {
        try (InputStream in = RedisScripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
