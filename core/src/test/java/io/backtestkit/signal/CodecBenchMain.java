package io.backtestkit.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Times the codec on an ordinary open signal and on one with every field. By turns, so that a busy machine is busy for all.
 * Argument: how many counted rounds of 20,000 calls, 20 by default, after as many to warm up.
 */
final class CodecBenchMain {

    private static final int CALLS = 20_000;

    /** Where results go, so that no call can be left out. */
    @SuppressWarnings("UnusedVariable")
    private static volatile Object last = "";

    private CodecBenchMain() {}

    private record Contender(String name, Supplier<Object> call, List<Double> micros) {

        void run(int round) {
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                last = call.get();
            }
            if (round >= 0) {
                micros.add((System.nanoTime() - start) / 1e3 / CALLS);
            }
        }
    }

    /** Prints the median and the best microseconds per call. */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        List<Contender> contenders = new ArrayList<>();
        add(contenders, "open", GoldenSignals.openLong());
        add(contenders, "full", GoldenSignals.closingFull());
        for (int round = -rounds; round < rounds; round++) {
            for (Contender contender : contenders) {
                contender.run(round);
            }
        }
        for (Contender contender : contenders) {
            List<Double> all = contender.micros().stream().sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "%-20s median %6.2f us, best %6.2f us%n",
                    contender.name(),
                    all.get(all.size() / 2),
                    all.get(0));
        }
    }

    private static void add(List<Contender> contenders, String name, Signal signal) {
        String json = SignalCodec.encode(signal);
        SignalEnvelope envelope = new SignalEnvelope(signal, 1);
        byte[] sealed = envelope.seal();
        contenders.add(new Contender(name + " decode", () -> SignalCodec.decode(json), new ArrayList<>()));
        contenders.add(new Contender(name + " encode", () -> SignalCodec.encode(signal), new ArrayList<>()));
        contenders.add(new Contender(name + " build", () -> signal.toBuilder().build(), new ArrayList<>()));
        contenders.add(new Contender(name + " open envelope", () -> SignalEnvelope.open(sealed), new ArrayList<>()));
        contenders.add(new Contender(name + " seal envelope", envelope::seal, new ArrayList<>()));
    }
}
