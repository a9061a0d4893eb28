package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which store is meant when none is named. */
class StoreChoiceTest {

    private static final String CONFIG = "BACKTEST_KIT_CONFIG";

    @TempDir
    private Path folder;

    private String chosen(Map<String, String> environment) {
        return StoreChoice.of(environment, folder).location();
    }

    private void assertRefused(Map<String, String> environment, String... parts) {
        assertThatThrownBy(() -> chosen(environment))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("Cannot ")
                .hasMessageNotContaining("Exception")
                .hasMessageContainingAll(parts);
    }

    @Test
    void theEnvironmentWinsOverThePropertiesFileAndTheFileOverTheDefault() throws Exception {
        assertThat(chosen(Map.of())).isEqualTo("file:./data");
        Files.writeString(folder.resolve("backtest-kit.properties"), "store=file:./of-file\n");
        assertThat(chosen(Map.of())).isEqualTo("file:./of-file");
        assertThat(chosen(Map.of("BACKTEST_KIT_STORE", "file:./of-environment")))
                .isEqualTo("file:./of-environment");
        Files.writeString(folder.resolve("production.properties"), "store=file:./production\n");
        assertThat(chosen(Map.of(CONFIG, "production.properties"))).isEqualTo("file:./production");
    }

    @Test
    void aFileThatIsMissingOrNoneIsNamed() throws Exception {
        assertRefused(Map.of(CONFIG, "none.properties"), "none.properties", "there is no such file. Check the path.");
        assertRefused(Map.of(CONFIG, ""), CONFIG + " of the environment names: it is empty.");
        assertRefused(Map.of(CONFIG, "."), "it is a folder");
        Files.writeString(folder.resolve("noise.properties"), "store=\\u00zz");
        assertRefused(Map.of(CONFIG, "noise.properties"), "it is no properties file");
    }

    @Test
    void aVariableThatIsEmptyIsRefusedAndNotTakenForNone() {
        for (String empty : List.of("", " ", "\t")) {
            assertRefused(
                    Map.of("BACKTEST_KIT_STORE", empty),
                    "BACKTEST_KIT_STORE of the environment names: it is empty. Name a store, or unset it.");
        }
    }

    @Test
    void aLinkToNowhereIsRefusedAndNotTakenForNone() throws Exception {
        Files.createSymbolicLink(folder.resolve("backtest-kit.properties"), folder.resolve("not-mounted/settings"));

        assertRefused(Map.of(), "backtest-kit.properties: it is a link to a file that is not there.");

        assertRefused(Map.of(CONFIG, "backtest-kit.properties"), "it is a link to a file that is not there.");
        assertThat(TrialFolder.leftAlone("the demo", Map.of(), folder)).isPresent();
    }

    @Test
    void aStoreThatIsNamedTwiceIsRefused() throws Exception {
        for (String text : List.of("store=file:./a\nstore=file:./b\n", "store=file:./a\n#\n store : file:./a\n")) {
            Files.writeString(folder.resolve("backtest-kit.properties"), text);
            assertRefused(Map.of(), "backtest-kit.properties: 'store' is there twice. Known: store.");
        }
    }

    @Test
    void aLocationInThePlaceOfAPropertiesFileIsRefusedUnseen() {
        for (String location : MisplacedLocationTest.locations()) {
            assertThatThrownBy(() -> chosen(Map.of(CONFIG, location)))
                    .hasMessageContaining("A location belongs into BACKTEST_KIT_STORE.")
                    .hasMessageNotContaining("geheim");
            assertThat(TrialFolder.leftAlone("the demo", Map.of(CONFIG, location), folder))
                    .hasValueSatisfying(note -> assertThat(note).doesNotContain("geheim"));
        }
    }

    @Test
    void aMisspeltNameIsNamed() throws Exception {
        Files.writeString(folder.resolve("backtest-kit.properties"), "stroe=file:./x\n");
        assertRefused(
                Map.of(),
                "backtest-kit.properties: there is no line store=URI; unknown is 'stroe'. Did you mean 'store'?");
        Files.writeString(folder.resolve("backtest-kit.properties"), "store=file:./x\nspeed=1\nlease=2\n");
        assertRefused(Map.of(), "unknown are 'lease', 'speed'. Known: store.");
    }

    @Test
    void aBadLocationSaysWhereItComesFrom() throws Exception {
        assertRefusedLocation(Map.of("BACKTEST_KIT_STORE", "nothing"), "comes from BACKTEST_KIT_STORE of");
        Files.writeString(folder.resolve("backtest-kit.properties"), "store=flie:./x\n");
        assertRefusedLocation(Map.of(), "comes from the file " + folder.resolve("backtest-kit.properties") + ".");
        assertRefusedLocation(Map.of(CONFIG, "backtest-kit.properties"), ", which BACKTEST_KIT_CONFIG of");
    }

    private void assertRefusedLocation(Map<String, String> environment, String origin) {
        StoreChoice.Choice choice = StoreChoice.of(environment, folder);
        assertThatThrownBy(() -> StoreOption.requireKnownScheme(choice))
                .isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("Cannot open store ")
                .hasMessageContaining(origin);
    }

    @Test
    void aTrialSaysThatTheStoreNamedElsewhereIsLeftAlone() throws Exception {
        assertThat(TrialFolder.leftAlone("the demo", Map.of(), folder)).isEmpty();
        assertThat(TrialFolder.leftAlone("the demo", Map.of("BACKTEST_KIT_STORE", "redis://:secret@h/0"), folder))
                .hasValueSatisfying(note -> assertThat(note)
                        .contains("BACKTEST_KIT_STORE", "without --store, the demo works in a folder of its own.")
                        .doesNotContain("secret"));
        Files.writeString(folder.resolve("backtest-kit.properties"), "store=file:./x\n");
        assertThat(TrialFolder.leftAlone("the drill", Map.of(), folder))
                .hasValueSatisfying(note -> assertThat(note).contains("backtest-kit.properties"));
        assertThat(Ran.command("demo", "--help").succeeded().out()).contains("BACKTEST_KIT_STORE");
        assertThat(Ran.command("drill", "--help").succeeded().out()).contains("BACKTEST_KIT_STORE");
    }
}
