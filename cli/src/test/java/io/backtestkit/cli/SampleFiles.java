package io.backtestkit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Files for tests: the real candles, damaged ones, strategies. */
final class SampleFiles {

    /** A user's own strategy. */
    static final String STRATEGY = """
            package my.own;

            import io.backtestkit.market.Candles;
            import io.backtestkit.market.Interval;
            import io.backtestkit.market.MarketView;
            import io.backtestkit.strategy.Bracket;
            import io.backtestkit.strategy.Parameters;
            import io.backtestkit.strategy.Strategy;
            import java.util.List;
            import java.util.Optional;

            /** The file may have another name than the class. */
            public final class Breakout implements Strategy {

                private final double take;

                public Breakout(Parameters parameters) {
                    take = parameters.number("take", 2, 0.5, 50);
                    List raw = new java.util.ArrayList();
                    raw.add(new Helper(1));
                }

                @Override
                public Optional<Bracket> decide(MarketView market) {
                    Candles candles = market.candles(Interval.FIFTEEN_MINUTES, 1);
                    if (candles.size() == 0 || market.price() <= candles.last().high()) {
                        return Optional.empty();
                    }
                    double price = market.price();
                    return Optional.of(Bracket.buy().entry(price * 0.998).takeProfit(price * (1 + take / 100))
                            .stopLoss(price * 0.98).minutes(300).build());
                }

                private record Helper(int value) {}
            }

            class Other {}
            """;

    private SampleFiles() {}

    /** Writes the real candles into the folder. */
    static Path candles(Path folder) {
        return candles(folder, Integer.MAX_VALUE);
    }

    /** Writes the first of the real candles into the folder. */
    static Path candles(Path folder, int most) {
        return write(folder.resolve("candles-" + most + ".csv"), String.join("\n", lines(most)) + "\n");
    }

    /** Returns the header and the first of the real candles. */
    static List<String> lines(int most) {
        try (GZIPInputStream in = new GZIPInputStream(DemoData.class.getResourceAsStream("data/" + DemoData.FILE))) {
            List<String> all = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
            return new ArrayList<>(all.subList(0, (int) Math.min(all.size(), most + 1L)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
