package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalBuilder;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreRefusedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Text is long, or of characters that databases, JSON and protocols stumble over. */
@Tag("large-and-odd-records")
abstract class LargeAndOddRecordsContract extends StoreContract {

    private static final int PLANES = 17;
    private static final int PLANE_SIZE = 0x10000;
    private static final String EMOJI = "\uD83D\uDE80";

    private static final List<String> ODD_NAMES = List.of(
            "",
            " ",
            "$",
            "$set",
            "$$ROOT",
            ".",
            "..",
            "a.b",
            "a..b",
            ".a",
            "a.",
            "a.$.b",
            "a[0]",
            "_id",
            "id",
            "schema",
            "memo",
            "k",
            "v",
            "__proto__",
            "null",
            "\"",
            "\\",
            "\\\"",
            "\\u0000",
            "'",
            "''",
            "`",
            "{\"a\":1}",
            "}",
            "\n",
            "\r\n",
            "\t",
            "\b",
            "\u001F",
            "\u007F",
            "\u2028",
            "\uFEFF",
            "\uFFFD",
            "\uFFFE",
            "\uFFFF",
            "\u00E9",
            "e\u0301",
            EMOJI,
            "\uD83D\uDC68\u200D\uD83D\uDC69",
            "\uDBFF\uDFFF");

    LargeAndOddRecordsContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    private void assertSurvives(Signal signal) {
        store().write(signal.key(), signal);
        assertThat(store().read(signal.key()).orElseThrow().equals(signal))
                .as("%s was read as it was written", signal.key())
                .isTrue();
    }

    private static SignalBuilder signal() {
        return SampleSignals.openLong(KEY);
    }

    @Test
    void aNoteOf64KibIsReadWhateverItIsOf() {
        List<Signal> notes = new ArrayList<>();
        for (String character : List.of("n", "\u00E9", "\u65E5", EMOJI, "\"", "\\", "\n", "\uFFFF")) {
            SignalKey key = new SignalKey("note", String.format("of U+%04X", character.codePointAt(0)));
            String note = character.repeat(Signal.LONGEST_NOTE / character.length());
            notes.add(SampleSignals.openLong(key).note(note).build());
        }
        notes.forEach(this::assertSurvives);

        closeAndReopen();

        for (Signal signal : notes) {
            assertThat(store().read(signal.key()).equals(Optional.of(signal)))
                    .as("%s is there after reopening", signal.key())
                    .isEqualTo(fixture().durable());
        }
    }

    @Test
    void aLongMemoIsRead() {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 2_000; i++) {
            many.put("line." + i, "value \"" + i + "\" " + EMOJI);
        }
        assertSurvives(signal().memo(many).build());
        String longest = "m".repeat(Signal.LONGEST_NOTE);
        assertSurvives(signal().memo(Map.of("value", longest, longest, "key")).build());
    }

    @Test
    void oddNamesAndValuesOfAMemoAreRead() {
        Map<String, String> memo = new LinkedHashMap<>();
        for (String name : ODD_NAMES) {
            memo.put(name, name);
            assertSurvives(signal().memo(Map.of(name, name)).note(name).build());
        }
        assertSurvives(signal().memo(memo).build());
    }

    @Test
    void everyCharacterOfEveryPlaneIsRead() {
        for (int plane = 0; plane < PLANES; plane++) {
            for (String text : charactersOf(plane)) {
                store().write(KEY, signal().note(text).build());
                String read = store().read(KEY).orElseThrow().note();
                assertThat(firstDifference(text, read))
                        .as("the first character of plane %d that was not read", plane)
                        .isEqualTo("none");
            }
        }
    }

    /** Returns every legal character of the plane, in texts that a note can hold; U+nFFFE and U+nFFFF are among them. */
    private static List<String> charactersOf(int plane) {
        int first = plane * PLANE_SIZE;
        StringBuilder half = new StringBuilder();
        StringBuilder otherHalf = new StringBuilder();
        for (int i = 0; i < PLANE_SIZE; i++) {
            int character = first + i;
            boolean legal = character != 0 && !(plane == 0 && Character.isSurrogate((char) character));
            if (legal) {
                (i < PLANE_SIZE / 2 ? half : otherHalf).appendCodePoint(character);
            }
        }
        return List.of(half.toString(), otherHalf.toString());
    }

    private static String firstDifference(String written, String read) {
        int[] expected = written.codePoints().toArray();
        int[] found = read.codePoints().toArray();
        for (int i = 0; i < expected.length; i++) {
            if (i >= found.length || found[i] != expected[i]) {
                return String.format("U+%04X", expected[i]);
            }
        }
        return found.length == expected.length ? "none" : "one more than were written";
    }

    @Test
    void everyPlaneIsReadInNamesAndKeys() {
        for (int plane = 0; plane < PLANES; plane++) {
            int first = plane * PLANE_SIZE;
            String text = Character.toString(first + 0x1234)
                    + Character.toString(first + 0xFFFE)
                    + Character.toString(first + 0xFFFF);
            SignalKey key = new SignalKey("s" + text, text);
            assertSurvives(SampleSignals.openLong(key)
                    .id(text)
                    .exchange(text)
                    .memo(Map.of(text, text))
                    .build());
        }
    }

    /** No store needs to keep NUL or half of a character: the record cannot be made, and says why. */
    @Test
    void nulAndUnpairedSurrogatesAreRefusedClearly() {
        List.of("a\0b", "\0", "\uD83D", "a\uD83D", "\uDE80b", "\uDE80\uD83D", "\uD83D\uD83D\uDE80")
                .forEach(this::assertRefused);
        assertFree(KEY);
        assertLists(List.of());
    }

    private void assertRefused(String text) {
        String fault = text.indexOf('\0') >= 0 ? "NUL" : "surrogate";
        List<UnaryOperator<SignalBuilder>> places = List.of(
                signal -> signal.note(text),
                signal -> signal.memo(Map.of(text, "value")),
                signal -> signal.memo(Map.of("name", text)),
                signal -> signal.id(text),
                signal -> signal.exchange(text));
        for (UnaryOperator<SignalBuilder> place : places) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store().write(KEY, place.apply(signal()).build()))
                    .withMessageContaining(fault);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store().delete(new SignalKey(KEY.strategy(), text)))
                .withMessageContaining(fault);
    }

    /** A store may have room for it; if not, it says so and keeps what was there. */
    @Test
    void aRecordThatIsTooLargeIsKeptOrRefusedWhole() {
        Signal held = signal().build();
        Signal huge = signal().note("\u0001".repeat(Signal.LONGEST_NOTE)).build();
        store().write(KEY, held);

        Throwable thrown = catchThrowable(() -> store().write(KEY, huge));

        if (thrown != null) {
            assertThat(thrown).isInstanceOfAny(IllegalArgumentException.class, StoreRefusedException.class);
            assertThat(thrown.getMessage()).contains(KEY.toString());
        }
        assertHolds(thrown == null ? huge : held);
    }
}
