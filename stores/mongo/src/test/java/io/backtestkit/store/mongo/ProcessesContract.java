package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
abstract class ProcessesContract {

    private static final int PROCESSES = 3;
    private static final int IN_THIS_ONE = 17;
    private static final int KILLS = Integer.getInteger("backtestkit.kills", 3);

    private final TestServer server;
    private final String name;

    ProcessesContract(Supplier<TestServer> servers) {
        server = servers.get();
        name = server.newDatabase();
    }

    private static Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                OtherProcessMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void order(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    private String kind() {
        return server instanceof Emulator ? "unchecked" : "checked";
    }

    @Test
    void twentyOpenAnEmptyDatabaseAtOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(IN_THIS_ONE);
        try {
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(start("open", kind(), server.location(name), "p" + i));
            }
            for (Process process : processes) {
                assertThat(output(process).readLine()).isEqualTo("ready");
            }
            CyclicBarrier together = new CyclicBarrier(IN_THIS_ONE);
            List<Callable<Boolean>> openers = new ArrayList<>();
            for (int i = 0; i < IN_THIS_ONE; i++) {
                String strategy = "t" + i;
                openers.add(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    OtherProcessMain.openAndWrite(kind(), server.location(name), strategy);
                    return true;
                });
            }
            for (Process process : processes) {
                order(process);
            }
            for (Future<Boolean> opener : threads.invokeAll(openers)) {
                opener.get();
            }
            for (Process process : processes) {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            }
            try (MongoSignalStore store = server.open(server.location(name))) {
                assertThat(store.keys()).hasSize(PROCESSES + IN_THIS_ONE);
            }
            assertThat(server.database(name)
                            .getCollection("signals")
                            .listIndexes()
                            .into(new ArrayList<>()))
                    .hasSize(3);
        } finally {
            threads.shutdownNow();
            processes.forEach(Process::destroyForcibly);
            server.database(name).drop();
        }
    }

    @Test
    void aKilledWriterLosesNothingItWasToldIsWritten() throws Exception {
        SignalKey key = SampleSignals.key();
        try (MongoSignalStore store = server.open(server.location(name))) {
            for (int kill = 0; kill < KILLS; kill++) {
                Process writer = start("write", kind(), server.location(name), "k" + kill);
                int acknowledged = -1;
                try (BufferedReader output = output(writer)) {
                    assertThat(output.readLine()).isEqualTo("ready");
                    order(writer);
                    int until = 20 + 37 * kill;
                    String line = output.readLine();
                    while (line != null) {
                        acknowledged = Integer.parseInt(line);
                        if (acknowledged == until) {
                            writer.toHandle().destroyForcibly(); // SIGKILL; what it said before can still be read
                        }
                        line = output.readLine();
                    }
                } finally {
                    writer.destroyForcibly();
                }
                Signal found = store.read(key).orElseThrow();
                int number = Integer.parseInt(found.id().substring(found.id().indexOf('-') + 1));

                assertThat(found).isEqualTo(OtherProcessMain.numbered(key, "k" + kill, number));
                assertThat(number).isBetween(acknowledged, acknowledged + 1);
                assertThat(store.keys()).containsExactly(key);
            }
        } finally {
            server.database(name).drop();
        }
    }
}
