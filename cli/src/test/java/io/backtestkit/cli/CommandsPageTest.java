package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code docs/commands.md} names every command and every option, each in its section, and none that there is not. */
class CommandsPageTest {

    private static final String PAGE = SampleFiles.read(Path.of("..", "docs", "commands.md"));
    private static final Pattern OPTION = Pattern.compile("`(--[a-z-]+)");

    /** Those that do something; {@code store} and {@code bench} alone show their help. */
    static List<String> commands() {
        return CommandModel.all().stream()
                .filter(command -> command.getSubcommands().isEmpty())
                .map(CommandModel::name)
                .toList();
    }

    private static String section(String heading) {
        int start = PAGE.indexOf("\n## " + heading + "\n");
        assertThat(start).as("a section for " + heading).isNotNegative();
        int end = PAGE.indexOf("\n## ", start + 1);
        return PAGE.substring(start, end < 0 ? PAGE.length() : end);
    }

    private static String beforeTheSections() {
        return PAGE.substring(0, PAGE.indexOf("\n## "));
    }

    private static Set<String> named(String text) {
        Set<String> named = new TreeSet<>();
        OPTION.matcher(text).results().forEach(found -> named.add(found.group(1)));
        return named;
    }

    private static Set<String> options(CommandLine command) {
        Set<String> names = new TreeSet<>();
        command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .forEach(option -> names.add(option.longestName()));
        return names;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void namesEveryOptionOfTheCommandAndNoOther(String name) {
        CommandLine command = CommandModel.all().stream()
                .filter(each -> CommandModel.name(each).equals(name))
                .findFirst()
                .orElseThrow();
        Set<String> own = options(command);
        own.removeAll(options(CommandModel.root()));

        assertThat(named(section(name))).isEqualTo(own);
    }

    @Test
    void namesEveryOptionOfAllCommands() {
        assertThat(named(beforeTheSections())).containsAll(options(CommandModel.root()));
    }

    @Test
    void hasNoSectionForACommandThatThereIsNot() {
        List<String> sections = PAGE.lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring("## ".length()))
                .filter(heading -> !heading.equals("Output") && !heading.equals("Environment"))
                .toList();

        assertThat(sections).containsExactlyInAnyOrderElementsOf(commands());
    }

    @Test
    void namesEveryVariableThatIsLookedAt() {
        String launcher = SampleFiles.read(Path.of("..", "backtest-kit"));
        Set<String> variables = new TreeSet<>(Set.of(StoreChoice.VARIABLE, StoreChoice.FILE_VARIABLE));
        Pattern.compile("\\$\\{((?:JAVA|BACKTEST)_[A-Z_]+)")
                .matcher(launcher)
                .results()
                .forEach(found -> variables.add(found.group(1)));

        assertThat(variables).contains("JAVA_OPTS", "JAVA_HOME", "BACKTEST_KIT_CLASSPATH");
        assertThat(variables)
                .allSatisfy(variable -> assertThat(section("Environment")).contains("`" + variable + "`"));
    }
}
