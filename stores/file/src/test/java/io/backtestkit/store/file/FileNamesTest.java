package io.backtestkit.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FileNamesTest {

    private static final Path BASE = Path.of("/data");

    private static final List<String> HOSTILE = List.of(
            "BTCUSDT",
            "btcusdt",
            "BtcUsdt",
            "BTC/USDT",
            "BTC\\USDT",
            "BTC_USDT",
            "BTC-USDT",
            "BTC.USDT",
            "BTC:USDT",
            "..",
            ".",
            "../x",
            "../../etc/passwd",
            "/etc/passwd",
            "C:\\x",
            "a",
            "A",
            "a:b",
            "b:c",
            "CON",
            "con",
            "CON.x",
            "con.x",
            "COM1",
            "LPT9.txt",
            "nul",
            "AUX ",
            "X.",
            "X..",
            "X ",
            " X",
            ".X",
            "X..Y",
            "X.Y",
            "BTC.json",
            "BTC.JSON",
            "BTC.TRADES",
            "BTC.trades.jsonl",
            "BTC.TRADES.JSONL",
            "BTC.TMP",
            "BTC.tmp",
            "BTC.json.damaged",
            "BTC.JSON.DAMAGED",
            ".lock",
            ".owner",
            "LOCK",
            "~",
            "BTC~1",
            "\u00e9",
            "e\u0301",
            "\u00c9",
            "\u00df",
            "ss",
            "SS",
            "\ufb01",
            "fi",
            "\u212a",
            "K",
            "k",
            "\u0130",
            "i\u0307",
            "I",
            "i",
            "\u2028",
            "\n",
            "\t",
            "\u0001",
            "\ud83d\ude80",
            "x".repeat(100),
            "x".repeat(101),
            "X".repeat(100),
            "X".repeat(101),
            "X".repeat(255),
            "X".repeat(254) + "Y",
            "\u00e9".repeat(255),
            "'; drop table signals; --",
            "{\"$gt\":\"\"}",
            "*",
            "?",
            "%2F",
            "BTC_USDT~" + "0".repeat(32));

    private static List<SignalKey> keys() {
        List<SignalKey> keys = new ArrayList<>();
        for (String strategy : HOSTILE) {
            for (String symbol : HOSTILE) {
                if (!strategy.isBlank() && !symbol.isBlank()) {
                    keys.add(new SignalKey(strategy, symbol));
                }
            }
        }
        return keys;
    }

    @Test
    void differentKeysHaveDifferentFilesOnDisksThatIgnoreCaseAndNormalize() {
        Map<String, SignalKey> owners = new HashMap<>();
        for (SignalKey key : keys()) {
            for (Path file : List.of(FileNames.record(BASE, key), FileNames.tradeLog(BASE, key))) {
                String folded = Normalizer.normalize(file.toString(), Normalizer.Form.NFKC)
                        .toUpperCase(Locale.ROOT)
                        .toLowerCase(Locale.ROOT);
                assertThat(owners.put(folded, key)).as(folded).isNull();
            }
        }
    }

    @Test
    void everyFileStaysTwoLevelsBelowTheDataFolderAndCanBeNamedOnEveryDisk() {
        for (SignalKey key : keys()) {
            Path file = FileNames.record(BASE, key);
            assertThat(file.startsWith(BASE)).isTrue();
            assertThat(file.getNameCount()).isEqualTo(3);
            for (Path part : BASE.relativize(file)) {
                assertThat(part.toString()).matches("[A-Za-z0-9_~-][A-Za-z0-9._~-]*[A-Za-z0-9_~-]|[a-z0-9_-]");
                assertThat(part.toString().toLowerCase(Locale.ROOT))
                        .doesNotMatch("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?");
            }
            // room for ".<36 characters>.tmp.stale" below the usual limit of 255
            assertThat(FileNames.nameOf(file).length()).isLessThan(200);
        }
    }

    @Test
    void noRecordIsTakenForATradeLogOrATemporaryFileOrTheOtherWayRound() {
        for (SignalKey key : keys()) {
            String record = FileNames.nameOf(FileNames.record(BASE, key));
            String log = FileNames.nameOf(FileNames.tradeLog(BASE, key));
            assertThat(record).endsWith(FileNames.RECORD);
            assertThat(log).endsWith(FileNames.TRADES).doesNotEndWith(FileNames.RECORD);
            assertThat(FileNames.isOurs(BASE, FileNames.record(BASE, key), FileNames.RECORD))
                    .isTrue();
            assertThat(FileNames.isOurs(BASE, FileNames.tradeLog(BASE, key), FileNames.TRADES))
                    .isTrue();
        }
    }

    @Test
    void ordinaryNamesStayAsTheyAre() {
        assertThat(FileNames.record(BASE, new SignalKey("breakout-2.slow_1", "BTC-USD.P_1")))
                .hasToString("/data/breakout-2.slow_1/BTC-USD.P_1.json");
        assertThat(FileNames.tradeLog(BASE, new SignalKey("breakout", "BTCUSDT")))
                .hasToString("/data/breakout/BTCUSDT.trades.jsonl");
    }

    @Test
    void otherNamesKeepAReadablePart() {
        assertThat(FileNames.symbolName("BTC/USDT")).matches("BTC_USDT~[0-9a-f]{32}");
        assertThat(FileNames.strategyName("Breakout")).matches("Breakout~[0-9a-f]{32}");
    }

    @Test
    void theKeyOfADamagedFileIsTakenFromPlainNamesElseFromBytesThatLeadToThatVeryFile() {
        SignalKey odd = new SignalKey("Break out", "BTC/USDT");
        byte[] bytes = "xx\"strategy\":\"Break out\",\"symbol\":\"BTC/USDT\"xx".getBytes(StandardCharsets.UTF_8);
        byte[] other = "xx\"strategy\":\"Break out\",\"symbol\":\"ETH/USDT\"xx".getBytes(StandardCharsets.UTF_8);

        assertThat(FileNames.keyOf(FileNames.record(BASE, Samples.BTC), FileNames.RECORD, new byte[0]))
                .contains(Samples.BTC);
        assertThat(FileNames.keyOf(FileNames.record(BASE, odd), FileNames.RECORD, bytes))
                .contains(odd);
        assertThat(FileNames.keyOf(FileNames.record(BASE, odd), FileNames.RECORD, other))
                .isEmpty();
    }
}
