package io.backtestkit.cli;

import io.backtestkit.signal.SignalKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which strategy on which symbol, with which parameters. */
final class StrategyOptions {

    @Option(
            names = "--strategy",
            required = true,
            paramLabel = "S",
            description = "A built-in strategy (bracket, sma-cross, dip-buyer), a class on the class path,"
                    + " or a .java file, which is compiled on the fly.")
    private String strategy = "";

    @Option(
            names = "--symbol",
            required = true,
            paramLabel = "SYM",
            description = "The name of the market, for example BTCUSD.")
    private String symbol = "";

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "A parameter of the strategy; may be given several times.")
    private List<String> parameters = new ArrayList<>();

    String symbol() {
        return symbol;
    }

    /** Returns what another process is told to load the same strategy. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--strategy", strategy));
        parameters.forEach(parameter -> arguments.addAll(List.of("--param", parameter)));
        return arguments;
    }

    /** Makes the strategy, and checks that its name and the symbol can name a signal. */
    LoadedStrategy load() {
        requirePrintable("--strategy", strategy);
        requirePrintable("--symbol", symbol);
        LoadedStrategy loaded = new StrategyLoader(byName()).load(strategy);
        key(loaded.name(), symbol);
        return loaded;
    }

    /** A store would keep such a name; but no market has one, and whoever reads of it later is misled. */
    private static void requirePrintable(String option, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                throw CommandFailure.wrongUse("Cannot use " + option + " '" + Terminal.visible(value)
                        + "': it has a control character at position " + i + ". Leave it out.");
            }
        }
    }

    static SignalKey key(String strategy, String symbol) {
        try {
            return new SignalKey(strategy, symbol);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }

    private Map<String, String> byName() {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            if (equals < 1) {
                throw CommandFailure.wrongUse("Cannot use --param '" + parameter
                        + "': it has no name and value. Write for example --param take=2.");
            }
            String name = parameter.substring(0, equals);
            if (byName.put(name, parameter.substring(equals + 1)) != null) {
                throw CommandFailure.wrongUse(
                        "Cannot use --param '" + parameter + "': '" + name + "' was given before. Give it once.");
            }
        }
        return byName;
    }
}
