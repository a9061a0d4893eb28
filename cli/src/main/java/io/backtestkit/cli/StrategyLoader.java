package io.backtestkit.cli;

import io.backtestkit.store.Nearest;
import io.backtestkit.strategy.BuiltInStrategies;
import io.backtestkit.strategy.Parameters;
import io.backtestkit.strategy.Strategy;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Makes a strategy from what a person wrote: a built-in name, a class on the class path, or a {@code .java} file. */
final class StrategyLoader {

    private final Map<String, String> given;

    StrategyLoader(Map<String, String> given) {
        this.given = given;
    }

    /** @throws CommandFailure if there is no such strategy, it cannot be made, or a parameter is unknown or wrong */
    LoadedStrategy load(String written) {
        Parameters parameters = Parameters.of(given);
        Function<Parameters, Strategy> builtIn = BuiltInStrategies.all().get(written);
        try {
            LoadedStrategy loaded = builtIn != null
                    ? new LoadedStrategy(written, builtIn.apply(parameters))
                    : made(classOf(written), parameters);
            parameters.check(loaded.name());
            return loaded;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongUse(e);
        }
    }

    private static LoadedStrategy made(Class<?> type, Parameters parameters) {
        return new LoadedStrategy(type.getSimpleName(), StrategyMaker.make(type, parameters));
    }

    private static Class<?> classOf(String written) {
        if (written.endsWith(".java")) {
            return StrategyFile.load(Path.of(written));
        }
        try {
            return Class.forName(written, false, StrategyLoader.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw CommandFailure.wrongUse("Cannot find strategy '" + written
                    + "': it is neither built in, nor a class on the class path, nor a .java file."
                    + Nearest.question(written, BuiltInStrategies.all().keySet())
                    + " Built in: " + String.join(", ", BuiltInStrategies.all().keySet()) + ".");
        }
    }
}
