package io.backtestkit.laboratory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaboratoryMainTest {

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);
        System.setOut(stream);
        System.setErr(stream);
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    private void assertRefused(String command, String message) {
        shown.reset();
        assertThat(LaboratoryMain.run(command.split(" "))).isEqualTo(2);
        assertThat(shown.toString(StandardCharsets.UTF_8)).startsWith(message).hasLineCount(2);
    }

    @Test
    void whatCannotBeRunIsNamed() {
        assertRefused(
                "crash-state", "Cannot run experiment 'crash-state': there is none of that name. Known are crash");
        assertRefused("crash-states --size 4", "Cannot run crash-states: --size was 4. Use 1 to 3.");
        assertRefused("kills --size 0", "Cannot run kills: --size was 0. Use 1 to ");
        assertRefused("failing-calls --size 2", "Cannot run failing-calls: it takes no --size. Leave it out.");
        assertRefused("damage --threads 0", "Cannot run damage: --threads was 0. Use 1 to 1024.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crash-states",
                "damage",
                "dropped-forces",
                "failing-calls",
                "histories",
                "kills",
                "kills-at-calls",
                "long-runs",
                "network",
                "power-cuts",
                "trouble"
            })
    void aCaseThatIsNotThereIsNamed(String experiment) {
        assertRefused(
                experiment + " --case nonsense",
                "Cannot run case 'nonsense' of " + experiment + ": there is none of that name. Name it as");
    }

    @Test
    void theHelpFitsIntoEightyColumns() {
        assertThat(LaboratoryMain.run("--help")).isZero();
        String help = shown.toString(StandardCharsets.UTF_8);
        assertThat(help.lines().filter(line -> line.length() > 80)).isEmpty();
        String experiments = help.substring(help.indexOf("Experiments:"), help.indexOf("Beside them"));
        assertThat(experiments.lines().skip(1).filter(line -> !line.isBlank()))
                .as("no line was too long, and broken")
                .allMatch(line -> line.matches(" {2}[a-z-]+ {2,}\\S.*| {19}\\S.*"));
    }
}
