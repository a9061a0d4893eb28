package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the README and the docs tell a reader to type is understood as it stands; nothing of it is run. */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    /** To the end of the line, of the code, or of what is typed on it. */
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|`)backtest-kit (?!COMMAND)([^`\\n#|;&]+)");

    static List<String> commands() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.filter(Files::isRegularFile))
                    .map(DocumentedCommandsTest::text)
                    .flatMap(text -> COMMAND.matcher(text).results())
                    .map((MatchResult found) -> found.group(1).strip())
                    .distinct()
                    .toList();
        }
    }

    private static String text(Path page) {
        try {
            return Files.readString(page).replaceAll(" *\\\\\\n *", " ");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isUnderstood(String command) {
        CommandLine root = CommandModel.root();
        String[] typed = command.replace("'", "").split(" +");
        CommandLine named = root;
        for (String word : typed) {
            CommandLine sub = named.getSubcommands().get(word);
            if (sub == null) {
                break;
            }
            named = sub;
        }
        assertThat(named).as("a command is named").isNotSameAs(root);
        // a mention of no more than its name shows nobody how to use it
        if (typed[typed.length - 1].startsWith("-") || Arrays.stream(typed).anyMatch(word -> word.startsWith("--"))) {
            root.parseArgs(typed);
        }
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(commands()).contains("demo").hasSizeGreaterThan(20);
    }
}
