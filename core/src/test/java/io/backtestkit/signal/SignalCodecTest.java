package io.backtestkit.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalCodecTest {

    private static final int MUTATIONS = 20_000;
    private static final String JSON = SignalCodec.encode(GoldenSignals.closingFull());

    private static void assertRefused(String json, String found) {
        assertThatExceptionOfType(SignalFormatException.class)
                .as("decoding %.200s", json)
                .isThrownBy(() -> SignalCodec.decode(json))
                .withMessageContaining(found);
    }

    private static String replaced(String field, String value) {
        String changed = JSON.replaceFirst("\"" + field + "\":(\"[^\"]*\"|[0-9.-]+)", "\"" + field + "\":" + value);
        assertThat(changed).isNotEqualTo(JSON);
        return changed;
    }

    private static String withField(String field) {
        return JSON.substring(0, JSON.length() - 1) + "," + field + "}";
    }

    @Test
    void aNewerSchemaIsRefused() {
        assertRefused(replaced("schema", "2"), "its schema version was 2, this program reads up to 1; a newer version");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schema | 0 | its schema version was 0",
                "schema | \"1\" | field 'schema' is not a number",
                "id | \" \" | the id was blank",
                "id | 7 | field 'id' is not a string",
                "position | \"LONG\" | 'LONG' is not one of long, short",
                "phase | \"done\" | field 'phase' was wrong",
                "priceOpen | \"0\" | the entry price was 0",
                "priceOpen | \"-1\" | must be above 0",
                "priceOpen | 50000.5 | field 'priceOpen' is not a string",
                "priceOpen | \"NaN\" | field 'priceOpen' was 'NaN'",
                "priceOpen | \"Infinity\" | field 'priceOpen' was 'Infinity'",
                "priceOpen | \"1e1000000\" | field 'priceOpen' was '1e1000000'",
                "priceOpen | \"1e-1000000\" | field 'priceOpen' was",
                "priceOpen | null | field 'priceOpen' is missing",
                "minuteEstimatedTime | 0 | is not a time limit: 0",
                "minuteEstimatedTime | \"never\" | field 'minuteEstimatedTime' is not a number",
                "minuteEstimatedTime | 1.5 | field 'minuteEstimatedTime' was '1.5'",
                "minuteEstimatedTime | 99999999999 | is not a time limit",
                "createdAt | 1e3 | field 'createdAt' was '1e3'",
                "createdAt | 99999999999999999999 | field 'createdAt' was",
                "createdAt | true | field 'createdAt' is not a number",
                "best | NaN | it is not valid JSON",
                "best | 1e999 | the best was Infinity",
                "movedStopLoss | \"48000\" | the stop loss in force was 48000",
            })
    void aFieldThatCannotBeIsRefused(String field, String value, String found) {
        assertRefused(replaced(field, value), found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "null", "7", "\"text\"", "[]", "{", "{}", "{\"schema\":1}", "not json", "\uFEFF{}"})
    void whatIsNoRecordIsRefused(String json) {
        assertRefused(json, "");
    }

    @Test
    void aMissingFieldIsNamed() {
        assertRefused(JSON.replace("\"cost\":\"250.75\",\"entries\"", "\"entries\""), "field 'cost' is missing");
    }

    @Test
    void duplicateFieldsAreRefused() {
        assertRefused(withField("\"id\":\"other\""), "Duplicate field 'id'");
        assertRefused(withField("\"new\":{\"a\":1,\"a\":2}"), "Duplicate field 'a'");
    }

    @Test
    void deepNestingIsRefused() {
        assertRefused(withField("\"deep\":" + "[".repeat(50) + "]".repeat(50)), "it is not valid JSON");
        assertRefused("{\"a\":".repeat(40_000), "it is not valid JSON");
    }

    @Test
    void hugeNumbersAndTextsAreRefused() {
        assertRefused(withField("\"big\":" + "9".repeat(5_000)), "it is not valid JSON");
        assertRefused(replaced("priceOpen", "\"" + "9".repeat(5_000) + "\""), "is a number of 5000 characters");
        assertRefused(withField("\"long\":\"" + "x".repeat(100_000) + "\""), "it is not valid JSON");
        assertRefused(" ".repeat(SignalCodec.LONGEST_RECORD) + JSON, "a record has at most 262144");
    }

    @Test
    void textAfterTheEndIsRefused() {
        assertRefused(JSON + "{}", "something follows the end");
        assertRefused(JSON + " x", "it is not valid JSON");
    }

    @Test
    void whiteSpaceMakesNoDifference() {
        assertThat(SignalCodec.decode(" " + JSON.replace(",\"", " ,\n\t\"") + "\n"))
                .isEqualTo(GoldenSignals.closingFull());
    }

    @Test
    void unknownFieldsOfTheOuterObjectSurviveARewrite() {
        Signal signal = SignalCodec.decode(withField("\"new\":{\"a\":[1.50,1e3,true,null,\"\u00E9\"]}"));

        Signal rewritten = SignalCodec.decode(
                SignalCodec.encode(signal.toBuilder().note("x").build()));

        assertThat(rewritten.unknownFields())
                .containsExactly(Map.entry("new", "{\"a\":[1.50,1e3,true,null,\"\u00E9\"]}"));
    }

    @Test
    void unknownFieldsOfAnInnerObjectAreRefused() {
        assertRefused(JSON.replace("\"best\":1.5", "\"best\":1.5,\"new\":1"), "field 'marks.new' is unknown");
        assertRefused(
                JSON.replace("\"cost\":\"100\",", "\"cost\":\"100\",\"new\":1,"), "field 'entries[1].new' is unknown");
    }

    /** PostgreSQL cannot keep a NUL character, no store can keep half a surrogate pair. */
    @Test
    void unknownFieldsThatNoStoreCouldKeepAreRefused() {
        assertRefused(withField("\"new\":\"a\\u0000b\""), "NUL character at position 1");
        assertRefused(withField("\"new\":[\"\\ud83d\"]"), "unpaired surrogate at position 0");
        assertRefused(withField("\"\\ude80\":1"), "unpaired surrogate at position 0");
    }

    @Test
    void aRecordThatIsTooLongIsNotWritten() {
        Signal tooLong = withMemo(5);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SignalCodec.encode(tooLong))
                .withMessageContainingAll("'full-1' of breakout/BTCUSDT", "at most 262144", "Shorten its note or memo");
    }

    private static Signal withMemo(int texts) {
        Map<String, String> memo = new HashMap<>();
        for (int i = 0; i < texts; i++) {
            memo.put("text" + i, "x".repeat(65_000));
        }
        return GoldenSignals.closingFull().toBuilder().memo(memo).build();
    }

    @Test
    void theLongestSignalThatCanBeHeldCanBeEnded() {
        Signal long4 = withMemo(4);
        int room = SignalCodec.LONGEST_RECORD - SignalCodec.encode(long4).length();
        Signal longest = long4.toBuilder()
                .note("n".repeat(room + "second touch".length()))
                .build();
        assertThat(SignalCodec.encode(longest)).hasSize(SignalCodec.LONGEST_RECORD);
        ClosedSignal ended = new ClosedSignal(
                longest,
                CloseReason.TAKE_PROFIT,
                longest.priceTakeProfit(),
                longest.createdAt().plusSeconds(9_000),
                1);

        assertThat(SignalCodec.decodeEnded(SignalCodec.encodeEnded(ended))).isEqualTo(ended);
    }

    @Test
    void anEndedSignalThatCannotBeIsRefused() {
        String json = SignalCodec.encodeEnded(new CancelledSignal(
                GoldenSignals.scheduledShort(),
                CancelReason.TIMEOUT,
                GoldenSignals.scheduledShort().createdAt().plusSeconds(1)));
        Map<String, String> changes = Map.of(
                json.replace("\"cancelled\"", "\"lost\""),
                "field 'ended' was 'lost'",
                json.replace("\"cancelled\"", "\"closed\""),
                "field 'reason' was wrong",
                json.replace("\"timeout\"", "\"take_profit\""),
                "field 'reason' was wrong",
                json.replaceFirst("\"endedAt\":\\d+", "\"endedAt\":0"),
                "before it was created",
                json.replaceFirst("\"schema\":1", "\"schema\":2"),
                "a newer version",
                json.replaceFirst("\\{", "{\"new\":1,"),
                "field 'new' is unknown",
                JSON,
                "field 'ended' is missing");
        changes.forEach((changed, found) -> assertThatExceptionOfType(SignalFormatException.class)
                .isThrownBy(() -> SignalCodec.decodeEnded(changed))
                .withMessageContaining(found));
    }

    @Test
    void mutatedTextIsReadOrRefusedByTypeOnly() {
        long seed = Long.getLong("backtestkit.seed", new SplittableRandom().nextLong());
        RandomGenerator random = new SplittableRandom(seed);
        List<String> seeds = new ArrayList<>();
        GoldenSignals.signals().values().forEach(signal -> seeds.add(SignalCodec.encode(signal)));
        GoldenSignals.ended().values().forEach(ended -> seeds.add(SignalCodec.encodeEnded(ended)));
        for (int i = 0; i < MUTATIONS; i++) {
            String mutated = mutated(random, seeds.get(random.nextInt(seeds.size())));
            try {
                Signal signal = SignalCodec.decode(mutated);
                assertThat(SignalCodec.decode(SignalCodec.encode(signal))).isEqualTo(signal);
            } catch (SignalFormatException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException | StackOverflowError e) {
                fail("replay with -Dbacktestkit.seed=" + seed + ": " + mutated, e);
            }
            try {
                SignalCodec.decodeEnded(mutated);
            } catch (SignalFormatException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException | StackOverflowError e) {
                fail("replay with -Dbacktestkit.seed=" + seed + ": " + mutated, e);
            }
        }
    }

    private static String mutated(RandomGenerator random, String json) {
        String[] pieces = {
            "\"", "{", "}", "[", "]", ",", ":", "-", "0", "9", "e9999", ".", "null", "true", "\\u0000", "\\"
        };
        StringBuilder text = new StringBuilder(json);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, pieces[random.nextInt(pieces.length)]);
                case 2 -> text.setCharAt(at, (char) random.nextInt(0x300));
                default -> {
                    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                    text = new StringBuilder(new String(bytes, StandardCharsets.UTF_8));
                }
            }
            if (text.isEmpty()) {
                return "";
            }
        }
        return text.toString();
    }
}
