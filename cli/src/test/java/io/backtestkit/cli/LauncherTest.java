package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code backtest-kit} itself, in a folder laid out like the repository: what was built is a jar that points to
 * the class path of this test, and the build is a script that takes note of being called.
 */
class LauncherTest {

    private static final Path SCRIPT =
            Path.of("..", "backtest-kit").toAbsolutePath().normalize();
    private static final Instant OLD = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private Path home;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectory(folder.resolve("a home"));
        Files.copy(SCRIPT, home.resolve("backtest-kit"), StandardCopyOption.COPY_ATTRIBUTES);
        for (String source : List.of(
                "pom.xml", "core/pom.xml", "engine/pom.xml", "stores/file/pom.xml", "cli/pom.xml", "testkit/pom.xml")) {
            SampleFiles.write(home.resolve(source), "<project/>");
            age(home.resolve(source));
        }
        age(SampleFiles.write(home.resolve("core/src/main/java/Signal.java"), "class Signal {}"));
        buildWith("exit 0");
    }

    private static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(OLD));
    }

    /** Sets what the build does, besides taking note of how it was called. */
    private void buildWith(String steps) {
        SampleFiles.write(home.resolve("mvnw"), "echo \"$@\" >>built\n" + steps + "\n");
    }

    /** Puts the program where the build puts it. */
    private Path jar() throws IOException {
        Files.createDirectories(home.resolve("cli/target/lib"));
        return pointing(home.resolve("cli/target/backtest-kit-cli-1.jar"));
    }

    private static Path pointing(Path jar) throws IOException {
        StringBuilder places = new StringBuilder();
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            places.append(Path.of(place).toUri()).append(' ');
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, places.toString());
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    private boolean wasBuilt() {
        return Files.exists(home.resolve("built"));
    }

    private Ran run(String... arguments) throws Exception {
        return run(home.resolve("backtest-kit"), Map.of(), arguments);
    }

    private Ran run(Path script, Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ran(process.exitValue(), SampleFiles.read(out), SampleFiles.read(err));
    }

    @Test
    void theScriptMayBeExecuted() {
        assertThat(Files.isExecutable(SCRIPT)).isTrue();
    }

    @Test
    void aProgramThatIsBuiltIsRunAndItsExitCodeHandedOn() throws Exception {
        jar();

        assertThat(run("--version").succeeded().out()).startsWith("backtest-kit ");
        assertThat(run("--help").succeeded().out()).contains("Usage: backtest-kit ", "backtest-kit demo");
        run("backtst").failed(2, "Did you mean 'backtest'?");
        run("store", "list", "--store", "file:none").failed(1, "is not there");
        assertThat(wasBuilt()).isFalse();
    }

    @Test
    void aBacktestRunsFromAnotherFolderThroughALink() throws Exception {
        jar();
        Path link = Files.createSymbolicLink(folder.resolve("kit"), Path.of("a home/backtest-kit"));
        String candles = SampleFiles.candles(folder, 300).getFileName().toString();

        Ran ran = run(link, Map.of(), "backtest", "--strategy", "bracket", "--symbol", "BTC USD", "--candles", candles)
                .succeeded();

        assertThat(ran.out()).contains("bracket/BTC USD: 300 minutes", "Fingerprint of the trade list:");
    }

    @Test
    void optionsForJavaAreHandedOn() throws Exception {
        jar();

        Ran ran = run(home.resolve("backtest-kit"), Map.of("JAVA_OPTS", "-Xmx64m -XshowSettings:vm"), "--version");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).contains("Max. Heap Size: 64.00M");
    }

    @Test
    void whatIsMissingIsBuiltOnceAndThenRun() throws Exception {
        Path made = pointing(folder.resolve("made.jar"));
        buildWith("mkdir -p cli/target/lib && cp '" + made + "' cli/target/backtest-kit-cli-1.jar");

        Ran first = run("--version");

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("backtest-kit ");
        assertThat(first.err()).contains("Building Backtest Kit");
        assertThat(SampleFiles.read(home.resolve("built")).lines())
                .hasSize(1)
                .allMatch(call -> call.contains("-pl cli"));
        assertThat(home.resolve("cli/target/.building")).doesNotExist();

        run("--version").succeeded();
        assertThat(SampleFiles.read(home.resolve("built")).lines()).hasSize(1);
    }

    @Test
    void aSourceThatIsNewerThanTheProgramIsBuiltAgain() throws Exception {
        age(jar());
        buildWith("exit 0");

        Ran ran = run("--version");

        assertThat(ran.err()).as("as old as the sources").isEmpty();
        Files.setLastModifiedTime(home.resolve("core/src/main/java/Signal.java"), FileTime.from(OLD.plusSeconds(1)));
        assertThat(run("--version").err()).contains("Building Backtest Kit");
        assertThat(wasBuilt()).isTrue();
        assertThat(run("--version").err()).as("once").isEmpty();
    }

    @Test
    void aTestThatIsNewerThanTheProgramBuildsNothing() throws Exception {
        age(jar());

        SampleFiles.write(home.resolve("core/src/test/java/SignalTest.java"), "class SignalTest {}");

        assertThat(run("--version").err()).isEmpty();
        assertThat(wasBuilt()).isFalse();
    }

    @Test
    void aBuildThatFailsShowsWhyAndRunsNothing() throws Exception {
        buildWith("echo 'Signal.java: ; expected'; exit 1");

        Ran ran = run("--version");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("Signal.java: ; expected", "Cannot build Backtest Kit: see above.");
        assertThat(home.resolve("cli/target/.building")).doesNotExist();
    }

    @Test
    void aBuildThatWasKilledIsNotWaitedFor() throws Exception {
        Path made = pointing(folder.resolve("made.jar"));
        buildWith("mkdir -p cli/target/lib && cp '" + made + "' cli/target/backtest-kit-cli-1.jar");
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        SampleFiles.write(home.resolve("cli/target/.building/pid"), gone.pid() + "\n");

        Ran ran = run("--version");

        assertThat(ran.exitCode()).as(ran.err()).isZero();
        assertThat(ran.err()).doesNotContain("Waiting");
    }

    @Test
    void aJavaThatIsMissingOrTooOldIsNamed() throws Exception {
        jar();
        Path old = folder.resolve("old");
        Path java = SampleFiles.write(old.resolve("bin/java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        run(
                        home.resolve("backtest-kit"),
                        Map.of("JAVA_HOME", folder.resolve("none").toString()),
                        "demo")
                .failed(1, "there is no ", "Set JAVA_HOME to a JDK, 17 or newer");
        run(home.resolve("backtest-kit"), Map.of("JAVA_HOME", old.toString()), "demo")
                .failed(1, "is version 11, 17 or newer is needed");
    }

    @Test
    void whatTheClassPathNamesAndIsNotThereIsNamed() throws Exception {
        jar();
        Path there = Files.createDirectory(folder.resolve("my jars"));
        Map<String, String> environment =
                Map.of("BACKTEST_KIT_CLASSPATH", there + "/*:none/*::" + there + ":gone.jar:");

        Ran ran = run(home.resolve("backtest-kit"), environment, "--version").succeeded();

        assertThat(ran.err().lines())
                .containsExactly(
                        "Note: BACKTEST_KIT_CLASSPATH names none/*, which is not there.",
                        "Note: BACKTEST_KIT_CLASSPATH names gone.jar, which is not there.");
    }

    @Test
    void theScriptIsPlainText() throws Exception {
        assertThat(Files.readString(SCRIPT, StandardCharsets.US_ASCII))
                .startsWith("#!/bin/sh\n")
                .doesNotContain("\r");
    }
}
