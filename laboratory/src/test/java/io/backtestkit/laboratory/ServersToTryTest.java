package io.backtestkit.laboratory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.Patiently;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServersToTryTest {

    @Test
    void everyLocationThatIsPrintedCanBeTradedOnUntilTheEnd() throws Exception {
        PipedInputStream printed = new PipedInputStream();
        try (PrintStream out = new PrintStream(new PipedOutputStream(printed), true, UTF_8);
                BufferedReader lines = new BufferedReader(new InputStreamReader(printed, UTF_8))) {
            Thread running = new Thread(() -> new ServersToTry(out).run());
            running.start();
            List<String> schemes = new ArrayList<>();
            for (String line = lines.readLine(); !line.startsWith("They hold"); line = lines.readLine()) {
                if (line.startsWith("    ")) {
                    schemes.add(line.strip().replaceFirst(":.*", ""));
                    String location = line.strip();
                    try (SignalStore store = Patiently.get(() -> SignalStores.open(location))) {
                        Patiently.run(() -> store.write(
                                SampleSignals.key(),
                                SampleSignals.openLong(SampleSignals.key()).build()));
                    }
                }
            }

            running.interrupt();
            running.join();

            assertThat(schemes).containsExactly("redis", "postgresql", "mongodb");
        }
    }
}
