package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several openings in each of several processes; {@code -Dbacktestkit.processes=20} says how many processes. */
class ManyProcessesTest {

    private static final int PROCESSES = Integer.getInteger("backtestkit.processes", 4);
    private static final int THREADS = 5;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void manyOpenAnEmptyPlaceAtOnce() throws Exception {
        try (PostgresFixture fixture = new PostgresFixture(18, "")) {
            List<Process> children = new ArrayList<>();
            List<BufferedReader> outputs = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                Process child = ChildMain.start(fixture.location(), Integer.toString(THREADS));
                children.add(child);
                outputs.add(new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8)));
            }
            for (BufferedReader output : outputs) {
                assertThat(output.readLine()).isEqualTo("ready");
            }

            for (Process child : children) {
                child.getOutputStream().write('\n');
                child.getOutputStream().flush();
            }

            for (int i = 0; i < PROCESSES; i++) {
                assertThat(outputs.get(i).readLine()).as("process %d", i).isEqualTo("opened");
                assertThat(children.get(i).waitFor(2, TimeUnit.MINUTES)).isTrue();
            }
            assertThat(fixture.server.query("select count(*) from " + fixture.quoted() + ".schema_version"))
                    .contains("2");
        }
    }
}
