package io.backtestkit.laboratory.damage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.laboratory.Tally;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.testkit.SampleSignals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Random signals, encoded and changed at random. The codec either refuses by its own exception or reads a signal that it
 * would write and read again as the same; a sealed one that was changed is never opened.
 */
final class Texts {

    private static final int CHANGED = 10_000;
    private static final List<String> PIECES = List.of(
            "\"", "{", "}", "[", "]", ",", ":", "-", "0", "9", "e9999", ".", "null", "true", "\\u0000", "\\", "\uD800",
            "\n");

    private Texts() {}

    static void run(String name, long seed, Tally tally) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CHANGED; i++) {
            Signal signal = SampleSignals.random(random);
            String text = changed(SignalCodec.encode(signal), random);
            byte[] sealed = new SignalEnvelope(signal, i).seal();
            byte[] broken = broken(sealed, random);
            tally.tried();
            found(text, broken, signal).ifPresent(what -> tally.bad(name, what));
        }
    }

    private static Optional<String> found(String text, byte[] broken, Signal signal) {
        try {
            Signal read = SignalCodec.decode(text);
            if (!SignalCodec.decode(SignalCodec.encode(read)).equals(read)) {
                return Optional.of("read as a signal that is written as another: " + text);
            }
        } catch (SignalFormatException told) {
            // as it must be
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.of(e + " at " + text);
        }
        try {
            SignalEnvelope opened = SignalEnvelope.open(broken);
            return Optional.of("a broken seal of " + signal + " was opened as " + opened);
        } catch (SignalFormatException told) {
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.of(e + " at " + new String(broken, UTF_8));
        }
    }

    private static String changed(String json, SplittableRandom random) {
        StringBuilder text = new StringBuilder(json);
        for (int i = random.nextInt(1, 5); i > 0 && !text.isEmpty(); i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(5)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.setCharAt(at, (char) random.nextInt(Character.MAX_VALUE));
                case 3 -> text.delete(at, Math.min(text.length(), at + random.nextInt(60)));
                default -> text.insert(at, json, at % json.length(), json.length());
            }
        }
        return text.toString();
    }

    /** Flips one to eight bits that are close together, or cuts off an end: what a checksum of that kind always finds. */
    private static byte[] broken(byte[] sealed, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(sealed, random.nextInt(sealed.length));
        }
        byte[] broken = sealed.clone();
        int first = random.nextInt(sealed.length * 8);
        List<Integer> bits = new ArrayList<>(List.of(first));
        for (int i = random.nextInt(8); i > 0; i--) {
            bits.add(Math.min(sealed.length * 8 - 1, first + random.nextInt(1, 32)));
        }
        bits.stream().distinct().forEach(bit -> broken[bit / 8] ^= (byte) (1 << bit % 8));
        return broken;
    }
}
