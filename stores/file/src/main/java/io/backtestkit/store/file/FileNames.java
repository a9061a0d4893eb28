package io.backtestkit.store.file;

import io.backtestkit.signal.SignalKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a key is kept below the data folder: {@code breakout/BTCUSDT.json}.
 *
 * <p>An ordinary name stays as it is: a strategy of {@code [a-z0-9_-]}, a symbol of {@code [A-Z0-9_-]}, single dots inside,
 * at most {@value #LONGEST_PLAIN} characters, not reserved on Windows. Any other becomes a readable part, {@code ~}, and 32
 * hexadecimal digits of the SHA-256 of the name: {@code BTC_USDT~0a1b...}. Since a strategy is plain in one case only and
 * a plain name has no {@code ~}, different names stay different on disks that ignore case or normalize Unicode.
 */
final class FileNames {

    static final String RECORD = ".json";
    static final String TRADES = ".trades.jsonl";
    static final String CLAIM = ".claim";
    static final String TEMPORARY = ".tmp";
    static final String STALE = ".stale";
    static final String DAMAGED = ".damaged";
    static final String LOCK = ".lock";

    /** Left by versions that gave one process the whole folder. */
    static final String OLD_OWNER = ".owner";

    static final int LONGEST_PLAIN = 100;

    private static final int LONGEST_READABLE = 40;
    private static final int HASH_DIGITS = 32;
    private static final Pattern PLAIN_STRATEGY = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");
    private static final Pattern PLAIN_SYMBOL = Pattern.compile("[A-Z0-9_-]+(\\.[A-Z0-9_-]+)*");
    private static final Pattern HASHED = Pattern.compile("[A-Za-z0-9_-]{0,40}~[0-9a-f]{32}");
    private static final Pattern RESERVED = Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
    private static final Pattern KEY_FIELDS =
            Pattern.compile("\"strategy\":\"([^\"\\\\]+)\",\"symbol\":\"([^\"\\\\]+)\"");

    private FileNames() {}

    /** Returns the file of the signal in that slot. */
    static Path record(Path base, SignalKey key) {
        return resolve(base, key, RECORD);
    }

    /** Returns the file of what ended in that slot. */
    static Path tradeLog(Path base, SignalKey key) {
        return resolve(base, key, TRADES);
    }

    /** Returns the file of what is kept about the claims of that slot. */
    static Path claim(Path base, SignalKey key) {
        return resolve(base, key, CLAIM);
    }

    private static Path resolve(Path base, SignalKey key, String ending) {
        Path file = base.resolve(strategyName(key.strategy()))
                .resolve(symbolName(key.symbol()) + ending)
                .normalize();
        if (!file.startsWith(base) || file.getNameCount() != base.getNameCount() + 2) {
            throw new IllegalStateException("Cannot keep signal " + key + " in " + base + ": its file was " + file
                    + ", outside of the folder. Report this as a defect.");
        }
        return file;
    }

    static String strategyName(String strategy) {
        return isPlain(PLAIN_STRATEGY, strategy) ? strategy : hashed(strategy);
    }

    static String symbolName(String symbol) {
        return isPlain(PLAIN_SYMBOL, symbol) ? symbol : hashed(symbol);
    }

    private static boolean isPlain(Pattern plain, String name) {
        return name.length() <= LONGEST_PLAIN
                && plain.matcher(name).matches()
                && !RESERVED.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private static String hashed(String name) {
        String readable = name.replaceAll("[^A-Za-z0-9_-]", "_");
        return readable.substring(0, Math.min(readable.length(), LONGEST_READABLE)) + "~"
                + sha256(name).substring(0, HASH_DIGITS);
    }

    private static String sha256(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    /** Says whether this store could have given a file that name. */
    static boolean isOurs(Path base, Path file, String ending) {
        String name = withoutEnding(file, ending);
        return file.getNameCount() == base.getNameCount() + 2
                && nameOf(file).endsWith(ending)
                && (isPlain(PLAIN_SYMBOL, name) || HASHED.matcher(name).matches())
                && isOurFolder(file.getParent());
    }

    /** Says whether this store could have given the folder of a strategy that name. */
    static boolean isOurFolder(@Nullable Path folder) {
        String name = nameOf(folder);
        return isPlain(PLAIN_STRATEGY, name) || HASHED.matcher(name).matches();
    }

    /**
     * Returns the key of a file whose content cannot be trusted: from its path if both names are plain, else from what
     * looks like a key in its bytes and leads to this very path; empty if neither tells.
     */
    static Optional<SignalKey> keyOf(Path file, String ending, byte[] bytes) {
        String strategy = nameOf(file.getParent());
        String symbol = withoutEnding(file, ending);
        if (isPlain(PLAIN_STRATEGY, strategy) && isPlain(PLAIN_SYMBOL, symbol)) {
            return Optional.of(new SignalKey(strategy, symbol));
        }
        Matcher fields = KEY_FIELDS.matcher(new String(bytes, StandardCharsets.UTF_8));
        while (fields.find()) {
            if (strategyName(fields.group(1)).equals(strategy)
                    && symbolName(fields.group(2)).equals(symbol)) {
                return Optional.of(new SignalKey(fields.group(1), fields.group(2)));
            }
        }
        return Optional.empty();
    }

    private static String withoutEnding(Path file, String ending) {
        String name = nameOf(file);
        return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : "";
    }

    /** Returns the folder a file of this store is in. */
    static Path folderOf(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("Cannot change " + file + ": it is in no folder.");
        }
        return parent;
    }

    /** Returns the last part of a path; the empty string for a root. */
    static String nameOf(@Nullable Path path) {
        Path name = path == null ? null : path.getFileName();
        return name == null ? "" : name.toString();
    }
}
