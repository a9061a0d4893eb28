package io.backtestkit.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real minutes of BTC/USD that the program carries; {@code data/NOTICE.md} beside them says where they come from. */
final class DemoData {

    static final String SYMBOL = "BTCUSD";
    static final String FILE = "btcusd-bitstamp-1m-20131125-20131201.csv.gz";

    private DemoData() {}

    /** Copies them into the folder and returns the file. */
    static Path copyTo(Path folder) {
        Path file = folder.resolve(FILE);
        try (InputStream data = DemoData.class.getResourceAsStream("data/" + FILE)) {
            if (data == null) {
                throw CommandFailure.runFailed("Cannot find the candles of the demo: data/" + FILE
                        + " is not in the program. Build it again.");
            }
            if (!Files.exists(file)) {
                Files.copy(data, file);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": '" + e.getMessage() + "'.", e);
        }
    }
}
