package io.backtestkit.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every file a released version wrote stays readable, and is written the same way again. */
class GoldenFilesTest {

    private static byte[] bytes(String name) throws IOException {
        try (InputStream file = GoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
            if (file == null) {
                throw new IOException("there is no golden file " + name);
            }
            return file.readAllBytes();
        }
    }

    private static String text(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    @Test
    void everyGoldenSignalIsReadAndWrittenTheSame() throws IOException {
        for (Map.Entry<String, Signal> golden : GoldenSignals.signals().entrySet()) {
            String json = text(golden.getKey());

            assertThat(SignalCodec.decode(json)).as(golden.getKey()).isEqualTo(golden.getValue());
            assertThat(SignalCodec.encode(golden.getValue()))
                    .as(golden.getKey())
                    .isEqualTo(json);
        }
    }

    @Test
    void everyGoldenEnvelopeIsReadAndWrittenTheSame() throws IOException {
        for (Map.Entry<String, SignalEnvelope> golden :
                GoldenSignals.envelopes().entrySet()) {
            byte[] sealed = bytes(golden.getKey());

            assertThat(SignalEnvelope.open(sealed)).as(golden.getKey()).isEqualTo(golden.getValue());
            assertThat(golden.getValue().seal()).as(golden.getKey()).isEqualTo(sealed);
        }
    }

    @Test
    void everyGoldenEndedSignalIsReadAndWrittenTheSame() throws IOException {
        for (Map.Entry<String, EndedSignal> golden : GoldenSignals.ended().entrySet()) {
            String json = text(golden.getKey());

            assertThat(SignalCodec.decodeEnded(json)).as(golden.getKey()).isEqualTo(golden.getValue());
            assertThat(SignalCodec.encodeEnded(golden.getValue()))
                    .as(golden.getKey())
                    .isEqualTo(json);
        }
    }
}
