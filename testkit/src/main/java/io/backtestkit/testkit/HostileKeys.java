package io.backtestkit.testkit;

import io.backtestkit.signal.SignalKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Keys that stores have stumbled over: each one is valid, and no two may meet. */
public final class HostileKeys {

    private static final int SOME = 40;

    private static final List<String> NAMES = List.of(
            // paths and files
            "../x",
            "..",
            ".",
            "/",
            "/etc/passwd",
            "BTC/USDT",
            "BTC\\USDT",
            "C:\\x",
            "a//b",
            "x/",
            ".hidden",
            "~",
            "-rf",
            // what only Windows reserves or drops
            "CON",
            "con",
            "nul",
            "NUL.txt",
            "COM1",
            "trailing.",
            "trailing",
            "trailing ",
            "trailing..",
            " leading",
            // the names of a store's own files
            "x.json",
            "x.tmp",
            "x.json.tmp",
            "x.json.damaged",
            "x.trades.jsonl",
            "lock",
            ".lock",
            "owner",
            "damaged",
            // case, for disks and collations that fold it
            "BTCUSDT",
            "btcusdt",
            "BtcUsdt",
            "stra\u00DFe",
            "STRASSE",
            "\u0130",
            "i",
            "I",
            "\u0131",
            // composed, decomposed, and a compatibility form of one letter
            "\u00C5",
            "A\u030A",
            "\u212B",
            "\uFB01",
            "fi",
            "\uFF21",
            "A",
            // encodings of each other
            "a%2Fb",
            "a/b",
            "a%252Fb",
            "a+b",
            "a b",
            "a%20b",
            "a_b",
            "a-b",
            "a_2Fb",
            "%",
            "%00",
            "\\u0041",
            // separators and patterns of keys, queries and shells
            "a:b",
            "a::b",
            ":",
            "signal:a:b",
            "{}",
            "{a}",
            "*",
            "?",
            "[a-z]",
            "a|b",
            "a;b",
            "a,b",
            "#",
            "$",
            "$where",
            "a.b",
            "\"quoted\"",
            "'quoted'",
            "`id`",
            "$(id)",
            "'; drop table signals; --",
            "{\"$gt\":\"\"}",
            "null",
            "true",
            "0",
            "00",
            "1e3",
            "_id",
            "__proto__",
            // what is not seen
            "line\nfeed",
            "line\rfeed",
            "tab\tulator",
            "\u0001",
            "a\u007Fb",
            "a\u001Fb",
            "\u202Eabc",
            "abc",
            "a\u200Bb",
            "ab",
            "\u00A0x",
            "\uFEFFx",
            "x",
            // outside the basic plane
            "\uD83D\uDE80",
            "\uD83D\uDE81",
            "\uD83D\uDE80/\uD83D\uDE81",
            "\u65E5\u672C\u8A9E",
            "\u0645\u0631\u062D");

    private static final List<SignalKey> SPLITS = List.copyOf(splits());

    private static final List<SignalKey> ALL = List.copyOf(make());

    private HostileKeys() {}

    /** Returns all of them, always in the same order, without duplicates. */
    public static List<SignalKey> all() {
        return ALL;
    }

    /** Returns some of them, for what takes long: odd names, and all that joining the parts cannot tell apart. */
    static List<SignalKey> some() {
        return Stream.concat(ALL.stream().limit(SOME), SPLITS.stream()).toList();
    }

    /** Returns a key for failure messages: both parts quoted, other than ASCII characters escaped, long ones cut. */
    public static String shown(SignalKey key) {
        return shown(key.strategy()) + " + " + shown(key.symbol());
    }

    private static String shown(String part) {
        StringBuilder text = new StringBuilder("'");
        int cut = part.length() > 60 ? 20 : part.length();
        part.chars().limit(cut).forEach(c -> {
            if (c >= ' ' && c < 127) {
                text.append((char) c);
            } else {
                text.append(String.format("\\u%04X", c));
            }
        });
        if (cut < part.length()) {
            text.append("...")
                    .append(part.substring(part.length() - 5))
                    .append(" (")
                    .append(part.length())
                    .append(" characters)");
        }
        return text.append('\'').toString();
    }

    private static Set<SignalKey> make() {
        Set<SignalKey> keys = new LinkedHashSet<>();
        for (String name : NAMES) {
            keys.add(new SignalKey("strategy", name));
            keys.add(new SignalKey(name, "SYMBOL"));
        }
        keys.addAll(SPLITS);
        longNames(keys);
        return keys;
    }

    /** The same text, split in two at different places: what joining the parts cannot tell apart. */
    private static Set<SignalKey> splits() {
        Set<SignalKey> keys = new LinkedHashSet<>();
        for (String separator : List.of(":", "/", "_", "-", ".", "|", "\n", "%3A", "\\", "::")) {
            keys.add(new SignalKey("a" + separator + "b", "c"));
            keys.add(new SignalKey("a", "b" + separator + "c"));
        }
        keys.add(new SignalKey("ab", "c"));
        keys.add(new SignalKey("a", "bc"));
        keys.add(new SignalKey("a:", "b"));
        keys.add(new SignalKey("a", ":b"));
        keys.add(new SignalKey("c", "a"));
        keys.add(new SignalKey("a", "c"));
        return keys;
    }

    /** Long names that differ only at their end, in characters of one, two, three and four bytes. */
    private static void longNames(Set<SignalKey> keys) {
        for (int length : List.of(100, 200, 255)) {
            for (String end : List.of("a", "b", "A")) {
                String name = "n".repeat(length - 1) + end;
                keys.add(new SignalKey(name, "SYMBOL"));
                keys.add(new SignalKey("strategy", name));
                keys.add(new SignalKey(name, name));
            }
        }
        for (String wide : List.of("\u00E9", "\u65E5")) {
            keys.add(new SignalKey(wide.repeat(254) + "a", wide.repeat(255)));
            keys.add(new SignalKey(wide.repeat(254) + "b", wide.repeat(255)));
        }
        keys.add(new SignalKey("\uD83D\uDE80".repeat(127) + "a", "SYMBOL"));
        keys.add(new SignalKey("\uD83D\uDE80".repeat(127) + "b", "SYMBOL"));
        for (String one : List.of("%", ":", ".")) {
            keys.add(new SignalKey(one.repeat(255), one.repeat(255)));
        }
    }
}
