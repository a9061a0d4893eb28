package io.backtestkit.cli;

import io.backtestkit.market.CandleCsv;
import io.backtestkit.market.CandleFile;
import io.backtestkit.market.Candles;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Reads the candles a command works on. */
final class CandleInput {

    @Option(
            names = "--fill-gaps",
            description = "Carry the last close forward over missing minutes; without it a gap is refused.")
    private boolean fillGaps;

    /** Returns what another process is told to read candles in the same way. */
    List<String> arguments() {
        return fillGaps ? List.of("--fill-gaps") : List.of();
    }

    Candles read(Terminal terminal, Path file) {
        Progress progress = new Progress(terminal, "Reading candles");
        CandleFile read = progress.during(() ->
                CandleCsv.reader().fillGaps(fillGaps).onProgress(progress::at).read(file));
        Candles candles = read.candles();
        progress.done(String.format(
                Locale.ROOT,
                "Read %,d candles, %s to %s UTC.",
                candles.size(),
                Times.minute(candles.start()),
                Times.minute(candles.end())));
        if (read.filled() > 0) {
            terminal.say(
                    "Filled gaps: %,d missing minutes carry the last close forward, with volume 0.", read.filled());
        }
        return candles;
    }
}
