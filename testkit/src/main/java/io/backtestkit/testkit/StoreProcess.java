package io.backtestkit.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process that runs {@link StoreProcessMain}, seen from the tests. */
final class StoreProcess implements AutoCloseable {

    private static final long LONGEST_SECONDS = 100;

    private final String writer;
    private final Path errors;
    private final Process process;
    private final BufferedReader answers;

    private StoreProcess(String writer, Path errors, Process process) {
        this.writer = writer;
        this.errors = errors;
        this.process = process;
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts one that will wait for orders. */
    static StoreProcess start(OtherProcesses how, String writer) {
        try {
            Path errors = Files.createTempFile("store-process", ".log");
            Process process = new ProcessBuilder(command(how, writer))
                    .redirectError(errors.toFile())
                    .start();
            return new StoreProcess(writer, errors, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(OtherProcesses how, String writer) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:+DisplayVMOutputToStderr",
                "-Xmx128m"));
        command.addAll(how.jvmArguments());
        command.addAll(List.of(
                "-cp",
                classPath(),
                StoreProcessMain.class.getName(),
                how.opener().getName(),
                how.location(),
                writer));
        return command;
    }

    /** Where the tests are a module, what they require is on the module path only: there it is needed on the class path. */
    private static String classPath() {
        return Stream.of("java.class.path", "jdk.module.path")
                .map(path -> System.getProperty(path, ""))
                .filter(path -> !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    void order(String order) {
        try {
            process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw ended(order);
        }
    }

    /** Returns the next line it says. */
    String answer() {
        @Nullable String line = answerOrEnd();
        if (line == null) {
            throw ended("its last order");
        }
        return line;
    }

    /** Returns the next line it says; null if it has ended and said no more. */
    @Nullable
    String answerOrEnd() {
        try {
            return answers.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    /** Orders something and returns the answer. */
    String ask(String order) {
        order(order);
        return answer();
    }

    /** Ends it as {@code kill -9} does; what it had said before can still be read. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    private AssertionError ended(String order) {
        try {
            process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            String said = Files.readString(errors).strip();
            return new AssertionError("process " + writer + " ended at '" + order + "': " + said);
        } catch (IOException e) {
            return new AssertionError("process " + writer + " ended at '" + order + "'", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new AssertionError("process " + writer + " ended at '" + order + "'", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS);
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
