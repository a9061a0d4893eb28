package io.backtestkit.store.postgres;

import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a record as it goes into a row.
 *
 * <p>jsonb keeps values, not characters: it writes numbers out in full ({@code 1.0E-200} with 200 zeros), forgets the sign
 * of {@code -0.0}, orders fields anew and adds blanks. Where that could change what is read back, the text is kept beside it.
 *
 * @param json what goes into the jsonb column
 * @param exact the same to the character if jsonb might change it, else null
 */
record JsonText(String json, @Nullable String exact) {

    /** The blanks jsonb adds can make a record at most half as long again; beyond this they could make it too long. */
    private static final int SAFE_LENGTH = SignalCodec.LONGEST_RECORD / 2;

    static JsonText of(Signal signal) {
        return of(SignalCodec.encode(signal), isPlain(signal));
    }

    static JsonText of(EndedSignal ended) {
        boolean plain = !(ended instanceof ClosedSignal closed) || isPlain(closed.pnlPercent());
        return of(SignalCodec.encodeEnded(ended), plain && isPlain(ended.signal()));
    }

    private static JsonText of(String json, boolean plain) {
        return new JsonText(json, plain && json.length() <= SAFE_LENGTH ? null : json);
    }

    private static boolean isPlain(Signal signal) {
        return !signal.hasUnknownFields()
                && signal.marks().map(JsonText::isPlain).orElse(true);
    }

    private static boolean isPlain(Marks marks) {
        return isPlain(marks.best()) && isPlain(marks.worst());
    }

    /** Says whether the number is written without exponent and is not the negative zero. */
    private static boolean isPlain(double number) {
        double size = Math.abs(number);
        return size == 0 ? 1 / number > 0 : size >= 1e-3 && size < 1e7;
    }
}
