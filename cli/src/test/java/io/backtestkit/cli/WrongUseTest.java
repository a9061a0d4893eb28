package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class WrongUseTest {

    @Test
    void aMistypedCommandIsAnsweredWithTheNearest() {
        Ran.command("backtst").failed(2, "the command 'backtst' is unknown", "Did you mean 'backtest'?");
        Ran.command("store", "lst").failed(2, "Did you mean 'list'?");
    }

    @Test
    void aMistypedOptionIsAnsweredWithTheNearest() {
        Ran.command("backtest", "--strategi", "bracket").failed(2, "Did you mean '--strategy'?");
        Ran.command("store", "list", "--stor", "x").failed(2, "Did you mean '--store'?");
    }

    @Test
    void aMistypedStrategyIsAnsweredWithTheNearest() {
        Ran.command("backtest", "--strategy", "smacross", "--symbol", "X", "--candles", "x")
                .failed(2, "Did you mean 'sma-cross'?");
        Ran.command("backtest", "--strategy", "java.lang.String", "--symbol", "X", "--candles", "x")
                .failed(1, "does not implement");
    }

    @Test
    void anUnknownStoreIsAnsweredWithTheKnownOnes() {
        Ran.command("store", "list", "--store", "flie:./x").failed(2, "Did you mean 'file'?", "Known: file, memory");
        Ran.command("store", "list", "--store", "nowhere").failed(2, "it has no scheme");
    }

    @Test
    void missingAndContradictoryOptionsAreNamed() {
        Ran.command("backtest").failed(2, "missing --strategy S, --symbol SYM, --candles FILE.csv");
        Ran.command("store", "resolve", "--strategy", "a", "--symbol", "b")
                .failed(2, "missing --discard or --replace FILE.json");
        Ran.command("store", "resolve", "--strategy", "a", "--symbol", "b", "--discard", "--replace", "x")
                .failed(2, "mutually exclusive");
    }

    @Test
    void valuesThatCannotBeAreNamed() {
        Ran.command("demo", "--kills", "x").failed(2, "'x' is not an int");
        Ran.command("demo", "--kills", "0").failed(2, "it must be 1 to 100");
        Ran.command("backtest", "--strategy", "bracket", "--symbol", " ", "--candles", "x")
                .failed(2, "the symbol was blank");
        Ran.command("backtest", "--strategy", "bracket", "--symbol", "X", "--candles", "x", "--param", "take")
                .failed(2, "has no name and value");
        Ran.command("live", "--strategy", "bracket", "--symbol", "X", "--replay", "x", "--speed", "fast")
                .failed(2, "'fast'");
        Ran.command("live", "--strategy", "bracket", "--symbol", "X", "--replay", "x", "--from", "noon")
                .failed(2, "it is not a time");
    }

    @Test
    void aTimeThatNobodyMeansIsRefused() {
        for (String from : List.of(
                "+292278995-01-01T00:00:00Z",
                "-292275056-01-01T00:00:00Z",
                "+999999999-12-31T23:59",
                "9223372036854775807",
                "-9223372036854775808",
                "1385337600000000",
                "0000-12-31",
                "+10000-01-01T00:00Z")) {
            Ran.command("live", "--strategy", "bracket", "--symbol", "X", "--replay", "x", "--from", from)
                    .failed(2, "Cannot use --from '" + from + "': it is in no year from 1 to 9999.");
        }
        assertThat(Times.parse("--from", "9999-12-31T23:59:59.999Z")).isEqualTo(253_402_300_799_999L);
        assertThat(Times.parse("--from", "0001-01-01")).isEqualTo(-62_135_596_800_000L);
    }

    @Test
    void liveSaysThatThereIsNoExchangeYet() {
        Ran.command("live", "--strategy", "bracket", "--symbol", "X", "--exchange", "any")
                .failed(2, "no connection to an exchange", "--replay");
    }

    static List<String> commands() {
        List<String> all = new ArrayList<>();
        addCommands(all, "", CommandModel.root());
        return all;
    }

    private static void addCommands(List<String> all, String before, CommandLine command) {
        command.getSubcommands().forEach((name, sub) -> {
            all.add(before + name);
            addCommands(all, before + name + " ", sub);
        });
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithAnExample(String command) {
        Ran ran = Ran.command((command + " --help").split(" "));

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("Usage: backtest-kit " + command, "Example", "  backtest-kit " + command);
        assertThat(ran.out().lines().filter(line -> line.length() > 80)).isEmpty();
    }

    @Test
    void helpShowsTheHelpOfACommand() {
        assertThat(Ran.command("help").succeeded().out())
                .isEqualTo(Ran.command("--help").succeeded().out());
        assertThat(Ran.command("help", "store", "list").succeeded().out())
                .isEqualTo(Ran.command("store", "list", "--help").succeeded().out());
        Ran.command("help", "store", "lst").failed(2, "'backtest-kit store' has no such command", "'list'?");
        Ran.command("help", "demo", "x").failed(2, "'backtest-kit demo' has no such command.");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyExampleCanBePastedAsItStands(String command) {
        String out = Ran.command((command + " --help").split(" ")).succeeded().out();
        String examples = out.substring(out.indexOf("\nExample") + 1).replaceAll(" \\\\\n +", " ");

        assertThat(examples.lines()).allMatch(line -> line.startsWith("  ") || line.startsWith("Example"));
        assertThat(examples.lines().filter(line -> line.startsWith("  ")))
                .isNotEmpty()
                .allSatisfy(line -> {
                    String[] typed = line.strip().replace("'", "").split(" ");
                    assertThat(typed[0]).isEqualTo("backtest-kit");
                    CommandModel.root().parseArgs(Arrays.copyOfRange(typed, 1, typed.length));
                });
    }

    @Test
    void aNameWithAControlCharacterIsRefused() {
        for (String command : List.of("backtest --candles", "live --replay")) {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            words.addAll(List.of("none.csv", "--strategy", "bracket", "--symbol", "BTC\nUSD"));
            Ran.command(words.toArray(String[]::new))
                    .failed(2, "Cannot use --symbol 'BTC\\u000aUSD': it has a control character at position 3.");
            words.set(words.size() - 3, "a\u001b[2J");
            Ran.command(words.toArray(String[]::new)).failed(2, "Cannot use --strategy 'a\\u001b[2J'");
        }
    }

    @Test
    void theStackTraceIsShownOnlyWhenAskedFor() {
        String[] command = {"backtest", "--strategy", "bracket", "--symbol", "X", "--candles", "none.csv"};
        assertThat(Ran.command(command).err()).doesNotContain("\tat ");
        String[] asking = Arrays.copyOf(command, command.length + 1);
        asking[command.length] = "--stacktrace";
        assertThat(Ran.command(asking).err()).contains("\tat ");
    }
}
