package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The location of a store where something else belongs: whatever its password is made of, none of it is shown. */
class MisplacedLocationTest {

    /** Every password has it on both sides of what is odd. */
    private static final String SECRET = "geheim";

    private static final List<String> PASSWORDS = Stream.of(
                    "", "'", "\"", "@", ":", "/", "//", " ", "?", "#", "%", "\\", "$1", "(", "*", "=", "\t", "\n", "ü",
                    ",;|")
            .map(odd -> SECRET + odd + SECRET)
            .toList();

    /** Locations with every password. */
    static List<String> locations() {
        List<String> locations = new ArrayList<>(ofEveryKind());
        for (String password : PASSWORDS) {
            locations.add("redis://:" + password + "@localhost/0");
            locations.add("postgresql://localhost/db?password=" + password + "&user=me");
        }
        return locations;
    }

    private static List<String> ofEveryKind() {
        List<String> locations = new ArrayList<>();
        for (String scheme : List.of(
                "redis",
                "rediss",
                "redis-cluster",
                "mongodb",
                "mongodb+srv",
                "postgresql",
                "postgres",
                "jdbc:postgresql",
                "Redis",
                "other")) {
            locations.add(scheme + "://me:" + SECRET + "@localhost/x");
        }
        locations.add("postgresql://localhost/db?user=me&password=" + SECRET);
        locations.add("redis://:" + SECRET + "'" + SECRET + "@localhost/0");
        locations.add("jdbc:oracle:thin:me/" + SECRET + "@localhost");
        return locations;
    }

    /** The names of a command, and the option, for example {@code store list --json}. */
    static List<String> optionsForFiles() {
        return CommandModel.all().stream()
                .flatMap(command -> command.getCommandSpec().options().stream()
                        .filter(MisplacedLocationTest::takesAFile)
                        .map(option -> CommandModel.name(command) + " " + option.longestName()))
                .toList();
    }

    private static boolean takesAFile(OptionSpec option) {
        return option.paramLabel().matches("(FILE|DIR).*");
    }

    private static void assertSilent(Ran ran, String what) {
        assertThat(ran.out() + ran.err()).as(what).doesNotContain(SECRET);
    }

    @Test
    void everyOptionForAFileOrFolderIsReadAsOne() {
        assertThat(optionsForFiles())
                .contains("store list --json", "demo --keep", "live --replay", "store resolve --replace");
        for (CommandLine command : CommandModel.all()) {
            assertThat(command.getCommandSpec().options().stream().filter(MisplacedLocationTest::takesAFile))
                    .allMatch(option -> option.type() == Path.class);
        }
    }

    @ParameterizedTest
    @MethodSource("optionsForFiles")
    void whereAFileBelongsALocationIsRefusedUnseen(String option) {
        for (String location : ofEveryKind()) {
            List<String> words = new ArrayList<>(List.of(option.split(" ")));
            String name = words.remove(words.size() - 1);
            boolean joined = location.length() % 2 == 0;
            words.addAll(joined ? List.of(name + "=" + location) : List.of(name, location));

            Ran ran = Ran.command(words.toArray(String[]::new))
                    .failed(2, "'" + name + "'", "the location of a store stands where", "belongs to --store");

            assertSilent(ran, words.toString());
        }
        assertThat(Path.of("redis:")).doesNotExist();
    }

    @Test
    void whereNothingBelongsALocationIsRefusedUnseen() {
        for (String location : locations()) {
            for (String command :
                    List.of("", "store", "store list", "live", "store list --stor", "help", "help store")) {
                List<String> words = new ArrayList<>(List.of(command.split(" ")));
                words.remove("");
                words.add(location);
                words.add("--stacktrace");

                Ran ran = Ran.command(words.toArray(String[]::new));

                assertThat(ran.exitCode()).as(words.toString()).isEqualTo(2);
                assertSilent(ran, words.toString());
            }
        }
    }

    @Test
    void aLocationWithoutItsSchemeIsRefusedUnseen() {
        for (String password : PASSWORDS) {
            for (String word : List.of("me:" + password + "@localhost/0", password + "@localhost")) {
                assertSilent(Ran.command("store", "list", word, "--stacktrace").failed(2, "***"), word);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--strategy", "--symbol", "--from", "--speed", "--lease"})
    void whereAnotherValueBelongsALocationIsRefusedUnseen(String option) {
        for (String location : ofEveryKind()) {
            List<String> words = new ArrayList<>(List.of("live"));
            for (String needed : List.of("--strategy", "--symbol", "--replay")) {
                if (!needed.equals(option)) {
                    words.addAll(List.of(needed, needed.equals("--strategy") ? "bracket" : "none"));
                }
            }
            words.addAll(List.of(option, location, "--stacktrace"));

            Ran ran = Ran.command(words.toArray(String[]::new));

            assertThat(ran.exitCode()).isNotZero();
            assertSilent(ran, words.toString());
        }
    }

    @Test
    void whateverFailsWithALocationInItsMessageShowsNoPassword() {
        for (String location : locations()) {
            if (location.matches("(?s).*\\s.*")) {
                continue; // where it ends cannot be told, unless it is in the command
            }
            for (String known : List.of("--x=" + location, "nothing")) {
                ByteArrayOutputStream written = new ByteArrayOutputStream();
                PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
                String[] words = {"store", known, "--stacktrace"};

                new Failures(err, words)
                        .report(CommandFailure.runFailed("Cannot use '" + location + "'.", cause(location)));
                Terminal.plain(err, err).warn("Note: '" + location + "' is not used.");

                assertThat(written.toString(StandardCharsets.UTF_8))
                        .as(location)
                        .contains("Cannot use '", "Caused by: ", "Note: ")
                        .doesNotContain(SECRET);
            }
        }
    }

    private static Throwable cause(String location) {
        return new IllegalStateException("it was " + location + " or the file " + Path.of(location.replace("\0", "")));
    }

    @Test
    void whatIsNoPasswordIsShown() {
        Secrets secrets = new Secrets(Arrays.asList("file:/home/me@work/data", "/home/a:b@c/x", "redis://:x@h"));
        for (String text : List.of(
                "Cannot read /home/me@work/btc.csv: there is no such file.",
                "Cannot open store 'file:/home/me@work/data'",
                "/home/a:b@c/x",
                "Write mongodb://user@host:27017/database?option=value.",
                "mongodb://***@host/db is reached with passwordEnv=NAME",
                "at 10:00/12:00 or http://host/path")) {
            assertThat(secrets.hiddenIn(text)).isEqualTo(text);
        }
    }

    @Test
    void aFileWhoseNameHasAColonIsNoLocation() throws Exception {
        for (String name : List.of("C:/x.csv", "a:b.csv", "./redis:x", "12:00.csv", "x@y:z", "--json")) {
            assertThat(new FileName().convert(name)).isEqualTo(Path.of(name));
        }
        assertThat(Files.exists(Path.of("redis:"))).isFalse();
    }
}
