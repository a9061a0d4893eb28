package io.backtestkit.cli;

import io.backtestkit.strategy.Strategy;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Loads the strategy in a single {@code .java} file. The file may have any name, a package, and other classes beside the
 * strategy; only one class at its outermost level (or, if none there, one nested class) may implement {@link Strategy}.
 */
final class StrategyFile {

    private StrategyFile() {}

    /** @throws CommandFailure if the file cannot be read or compiled, or has no strategy or several */
    static Class<?> load(Path file) {
        Map<String, byte[]> compiled = SourceCompiler.compile(file, source(file));
        List<Class<?>> outermost = new ArrayList<>();
        List<Class<?>> nested = new ArrayList<>();
        Classes classes = new Classes(compiled);
        for (String name : compiled.keySet()) {
            Class<?> type = loaded(file, classes, name);
            if (Strategy.class.isAssignableFrom(type)
                    && !type.isInterface()
                    && !type.isAnonymousClass()
                    && !type.isLocalClass()) {
                (type.isMemberClass() ? nested : outermost).add(type);
            }
        }
        List<Class<?>> candidates = concrete(outermost).isEmpty() ? concrete(nested) : concrete(outermost);
        if (candidates.size() == 1) {
            return candidates.get(0);
        }
        if (candidates.size() > 1) {
            throw unusable(
                    file,
                    "it has several strategies: " + names(candidates),
                    "Keep one at the outermost level, or nest the others inside it.");
        }
        if (!outermost.isEmpty() || !nested.isEmpty()) {
            throw unusable(file, names(outermost) + names(nested) + " is abstract", "Add a class that can be made.");
        }
        throw unusable(
                file,
                "no class in it implements " + Strategy.class.getName(),
                "Write: public final class Mine implements Strategy");
    }

    private static List<Class<?>> concrete(List<Class<?>> types) {
        List<Class<?>> concrete = new ArrayList<>(types);
        concrete.removeIf(type -> Modifier.isAbstract(type.getModifiers()));
        return concrete;
    }

    private static String names(List<Class<?>> types) {
        return String.join(", ", types.stream().map(Class::getSimpleName).toList());
    }

    private static Class<?> loaded(Path file, Classes classes, String name) {
        try {
            return Class.forName(name, false, classes);
        } catch (ClassNotFoundException | LinkageError e) {
            throw CommandFailure.runFailed(
                    "Cannot load strategy " + file + ": class " + name + " failed with " + e + ". Mend the file.", e);
        }
    }

    private static String source(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw CommandFailure.runFailed("Cannot read strategy " + file + ": it is a folder. Name a file.");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw CommandFailure.runFailed(
                    "Cannot read strategy " + file + ": there is no such file. Check the path.", e);
        } catch (CharacterCodingException e) {
            throw CommandFailure.runFailed(
                    "Cannot read strategy " + file + ": it is not UTF-8 text. Save it as UTF-8.", e);
        } catch (IOException e) {
            throw CommandFailure.runFailed("Cannot read strategy " + file + ": '" + e + "'. Check the file.", e);
        }
    }

    private static CommandFailure unusable(Path file, String found, String advice) {
        return CommandFailure.runFailed("Cannot use strategy " + file + ": " + found + ". " + advice);
    }

    /** Defines the classes that were compiled; all others are the program's own. */
    private static final class Classes extends ClassLoader {

        private final Map<String, byte[]> compiled;

        Classes(Map<String, byte[]> compiled) {
            super(StrategyFile.class.getClassLoader());
            this.compiled = new TreeMap<>(compiled);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                byte[] bytes = compiled.remove(name);
                // the file's own classes come first, whatever else is called the same
                return bytes == null ? super.loadClass(name, resolve) : defineClass(name, bytes, 0, bytes.length);
            }
        }
    }
}
