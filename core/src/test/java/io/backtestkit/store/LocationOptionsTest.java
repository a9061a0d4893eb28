package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationOptionsTest {

    private static final List<String> KNOWN =
            List.of("wait", "size", "trust", "name", LocationOptions.PASSWORD_ENV, LocationOptions.PASSWORD_FILE);

    private static LocationOptions options(String query) {
        return new LocationOptions(
                StoreLocation.parse("etcd://host" + query), KNOWN, Map.of("SET", "hunter2", "BLANK", "")::get);
    }

    /** Reads the query, which must be refused with exactly those faults. */
    private static void assertRefused(String query, Consumer<LocationOptions> reading, String faults) {
        LocationOptions options = options(query);
        reading.accept(options);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.requireNoFaults("Write etcd://host."))
                .withMessage("Cannot open store 'etcd://host': " + faults + ". Write etcd://host.");
    }

    @Test
    void whatIsGivenIsReadAndWhatIsNotIsAsUsual() {
        LocationOptions options = options("?wait=250ms&size=7&trust=true&name=a%26b");

        assertThat(options.duration("wait", Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(250));
        assertThat(options.number("size", 5, 10)).isEqualTo(7);
        assertThat(options.flag("trust")).isTrue();
        assertThat(options.text("name")).contains("a&b");
        assertThat(options.given()).containsOnlyKeys("name", "size", "trust", "wait");
        LocationOptions none = options("");
        assertThat(none.duration("wait", Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(none.duration("wait")).isEmpty();
        assertThat(none.number("size", 5, 10)).isEqualTo(5);
        assertThat(none.flag("trust")).isFalse();
        assertThat(none.text("name")).isEmpty();
        assertThat(none.password(false)).isEmpty();
        none.requireOneOf("name", List.of("x"));
        assertThatCode(() -> none.requireNoFaults("")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "3s, PT3S", "15m, PT15M", "12h, PT12H", "7d, PT168H", "0s, PT0S"})
    void aDurationHasItsUnitBehindIt(String text, Duration meant) {
        assertThat(options("?wait=" + text).duration("wait")).contains(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "-3s", "3 s", "3S", "1.5s", "soon", "3w", "12345678901s"})
    void whatIsNoDurationIsAFault(String text) {
        assertRefused(
                "?wait=" + text.replace(" ", "%20"),
                options -> assertThat(options.duration("wait")).isEmpty(),
                "wait was '" + text + "', not a duration such as 500ms, 3s, 15m, 12h or 7d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "-1", "x", "99999999999", "1e1"})
    void whatIsNoNumberThereIsAFault(String text) {
        assertRefused(
                "?size=" + text,
                options -> assertThat(options.number("size", 5, 10)).isEqualTo(5),
                "size was '" + text + "', not a number from 1 to 10");
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        assertRefused(
                "?colour=red&trust=yes&name=x",
                options -> {
                    options.flag("trust");
                    options.requireOneOf("name", List.of("a", "b"));
                    options.fault("it names no host");
                },
                "the option 'colour' is not known; known are name, passwordEnv, passwordFile, size, trust, wait;"
                        + " trust was 'yes', not true or false; name was 'x', not a or b; it names no host");
    }

    @Test
    void namesAreToldApartWithoutRegardToCase() {
        assertThat(options("?WAIT=3s").duration("wait")).contains(Duration.ofSeconds(3));
        assertThat(options("?Wait=3s").given()).containsOnlyKeys("wait");
        assertRefused("?wait=3s&Wait=4s", options -> {}, "the option 'wait' is there twice");
    }

    @Test
    void aPasswordStandsInTheEnvironmentOrAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), " hunter2\n");

        assertThat(options("?passwordEnv=SET").password(false)).contains("hunter2");
        assertThat(options("?passwordFile=" + file).password(false)).contains("hunter2");
    }

    @Test
    void aPasswordThatIsNotThereIsAFaultThatShowsNothing(@TempDir Path folder) throws Exception {
        Path empty = Files.writeString(folder.resolve("password"), "\n");
        Consumer<LocationOptions> reading = options -> options.password(false);

        assertRefused("?passwordEnv=hunter2", reading, "the environment variable that passwordEnv names is not set");
        assertRefused("?passwordEnv=BLANK", reading, "the environment variable that passwordEnv names is not set");
        assertRefused("?passwordFile=" + empty, reading, "the file that passwordFile names is empty");
        assertRefused(
                "?passwordFile=hunter2",
                reading,
                "the file that passwordFile names cannot be read (NoSuchFileException)");
    }

    @Test
    void severalPasswordsAreAFault() {
        assertRefused("?passwordEnv=SET", options -> options.password(true), "the password is given 2 times");
        assertRefused(
                "?passwordEnv=SET&passwordFile=x", options -> options.password(true), "the password is given 3 times");
    }

    @Test
    void aPartOfAPasswordThatWasTakenForANameIsNotShown() {
        assertRefused(
                "?hunter%=2&hunter/2=x",
                options -> {},
                "an option is not known; known are name, passwordEnv, passwordFile, size, trust, wait;"
                        + " an option is not known; known are name, passwordEnv, passwordFile, size, trust, wait");
    }

    @Test
    void aMistypedNameIsAnsweredWithTheNearest() {
        assertRefused(
                "?siez=3",
                options -> {},
                "the option 'siez' is not known; known are name, passwordEnv, passwordFile, size, trust, wait"
                        + " (did you mean 'size'?)");
    }

    @Test
    void percentSignsAreDecodedAndAPlusIsOne() {
        assertThat(options("").percentDecoded("user", "a%40b+c")).isEqualTo("a@b+c");
        assertRefused(
                "",
                options -> assertThat(options.percentDecoded("password", "hunter%2"))
                        .isEmpty(),
                "its password has a '%' without two hexadecimal digits; write %25 for '%'");
    }
}
