package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {

    @TempDir
    Path folder;

    @Test
    void two_that_write_to_one_file_at_a_time_are_kept_apart() throws Exception {
        Path file = folder.resolve("events.jsonl");
        Files.writeString(file, "{\"event\":\"idle\"}\n{\"event\":\"to");
        EventFile first = EventFile.open(file);
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> EventFile.open(file))
                .withMessageContaining("another program writes to it. Name a file of its own for each.");
        first.close();
        EventFile.open(file).close();
        assertThat(Files.readString(file)).isEqualTo("{\"event\":\"idle\"}\n");
    }
}
