package io.backtestkit.store.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.ProcessOwner;
import io.backtestkit.testkit.SampleSignals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(1800)
abstract class ProcessesContract {

    private static final int KILLS = Integer.getInteger("backtestkit.kills", 3);
    private static final int PAUSES = Integer.getInteger("backtestkit.pauses", 2);
    private static final SignalKey KEY = SampleSignals.key();

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
                "-Xmx64m",
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

    /** Starts one that trades under a claim, and lets it begin. */
    private Process trading(String trader, String lease) throws IOException {
        Process process = start(kind(), server.location(name), trader, lease);
        order(process);
        return process;
    }

    /** What one trader leaves behind after so many of its changes, the last one done or not. */
    private static void assertLeft(MongoSignalStore store, String trader, int acknowledged) {
        List<String> ended = store.tradeLog().orElseThrow().trades(KEY).stream()
                .map(trade -> trade.signal().id())
                .filter(id -> id.startsWith(trader + "-"))
                .toList();
        Optional<Signal> held = store.read(KEY);
        held.ifPresent(signal -> assertThat(signal).isEqualTo(OtherProcessMain.numbered(trader, number(signal.id()))));
        int reached = held.map(signal -> 2 * number(signal.id()))
                .orElseGet(() -> 2 * number(ended.get(ended.size() - 1)) + 1);
        List<String> endedUntilThen = IntStream.range(0, (reached + 1) / 2)
                .filter(number -> number % OtherProcessMain.ENDS == OtherProcessMain.ENDS - 1)
                .mapToObj(number -> trader + "-" + number)
                .toList();
        int next = acknowledged / 2 * 2
                + (acknowledged % (2 * OtherProcessMain.ENDS) == 2 * OtherProcessMain.ENDS - 2 ? 1 : 2);

        assertThat(reached).as("reached by %s", trader).isIn(acknowledged, next);
        assertThat(ended).isEqualTo(endedUntilThen);
        assertThat(store.keys()).isEqualTo(held.isPresent() ? Set.of(KEY) : Set.of());
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.indexOf('-') + 1));
    }

    @Test
    void aKilledOwnerLosesNothingItWasToldIsDoneAndIsSucceededAtOnce() throws Exception {
        try (MongoSignalStore store = server.open(server.location(name))) {
            Claims claims = store.claims().orElseThrow();
            for (int kill = 0; kill < KILLS; kill++) {
                String trader = "k" + kill;
                int until = 2 * (5 + 37 * kill % 60);
                Process process = trading(trader, "PT1H");
                int acknowledged = -1;
                try (BufferedReader output = output(process)) {
                    assertThat(output.readLine()).isEqualTo("ready");
                    for (String line = output.readLine(); line != null; line = output.readLine()) {
                        acknowledged = Integer.parseInt(line);
                        if (acknowledged >= until) {
                            process.toHandle().destroyForcibly(); // SIGKILL; what it said before can still be read
                        }
                    }
                    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                } finally {
                    process.destroyForcibly();
                }
                Claim dead = claims.holder(KEY).orElseThrow();
                assertThat(ProcessOwner.isDead(dead.owner())).isTrue();
                assertThat(claims.claim(KEY, "successor", Duration.ofHours(1))).isInstanceOf(ClaimAnswer.Held.class);

                Claim claim =
                        claims.takeOver(dead, "successor", Duration.ofHours(1)).claim();

                assertThat(claim.owner()).isEqualTo("successor");
                assertThat(claim.epoch()).isEqualTo(dead.epoch() + 1);
                assertLeft(store, trader, acknowledged);
                claims.release(claim);
            }
        } finally {
            server.database(name).drop();
        }
    }

    @Test
    void anOwnerPausedPastItsLeaseIsRefusedOnceItGoesOn() throws Exception {
        Signal next = SampleSignals.openLong(KEY).id("next").build();
        try (MongoSignalStore store = server.open(server.location(name))) {
            Claims claims = store.claims().orElseThrow();
            for (int pause = 0; pause < PAUSES; pause++) {
                String trader = "p" + pause;
                Process process = trading(trader, "PT0.3S");
                try (BufferedReader output = output(process)) {
                    assertThat(output.readLine()).isEqualTo("ready");
                    int until = 2 * (5 + 11 * pause % 40);
                    int acknowledged = -1;
                    while (acknowledged < until) {
                        acknowledged = Integer.parseInt(output.readLine());
                    }
                    signal(process, "STOP");
                    ClaimAnswer answer = claims.claim(KEY, "successor", Duration.ofHours(1));
                    Instant end = Instant.now().plusSeconds(30);
                    while (!(answer instanceof ClaimAnswer.Granted)
                            && Instant.now().isBefore(end)) {
                        answer = claims.claim(KEY, "successor", Duration.ofHours(1));
                    }
                    assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
                    int logged = store.tradeLog().orElseThrow().trades(KEY).size();
                    claims.write(answer.claim(), next);
                    signal(process, "CONT");
                    String line = output.readLine();
                    while (line != null && !line.equals("lost")) {
                        line = output.readLine(); // said before it was stopped, read after it
                    }

                    assertThat(line).isEqualTo("lost");
                    assertThat(store.read(KEY)).contains(next);
                    assertThat(store.tradeLog().orElseThrow().trades(KEY)).hasSize(logged);
                    claims.release(answer.claim());
                } finally {
                    process.destroyForcibly();
                }
            }
        } finally {
            server.database(name).drop();
        }
    }

    private static void signal(Process process, String what) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + what, String.valueOf(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }
}
