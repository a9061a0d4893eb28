package io.backtestkit.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles one source file in memory, against the program's own class path. */
final class SourceCompiler {

    private static final int MOST_ERRORS_SHOWN = 5;

    private SourceCompiler() {}

    /**
     * Returns the bytes of each class by name. Warnings are no failure.
     *
     * @throws CommandFailure if it does not compile; the message shows each error with line, column and source line
     */
    static Map<String, byte[]> compile(Path file, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw CommandFailure.runFailed("Cannot compile strategy " + file + ": this Java ("
                    + System.getProperty("java.home") + ") has no compiler. Run with a JDK, or name a compiled class.");
        }
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        InMemoryFiles files =
                new InMemoryFiles(compiler.getStandardFileManager(diagnostics, Locale.ENGLISH, StandardCharsets.UTF_8));
        List<String> options = List.of(
                "-proc:none", "-Xlint:none", "-nowarn", "-classpath", System.getProperty("java.class.path", ""));
        boolean compiled;
        try {
            compiled = compiler.getTask(
                            new StringWriter(), files, diagnostics, options, null, List.of(new Source(file, source)))
                    .call();
        } catch (RuntimeException e) {
            throw CommandFailure.runFailed(
                    "Cannot compile strategy " + file + ": the compiler failed with " + e + ". Simplify the file.", e);
        }
        if (!compiled) {
            throw CommandFailure.runFailed(message(file, source, diagnostics));
        }
        return files.classes();
    }

    private static String message(Path file, String source, DiagnosticCollector<JavaFileObject> diagnostics) {
        List<Diagnostic<? extends JavaFileObject>> errors = new ArrayList<>(diagnostics.getDiagnostics());
        errors.removeIf(each -> each.getKind() != Diagnostic.Kind.ERROR);
        List<String> lines = source.lines().toList();
        StringBuilder message = new StringBuilder("Cannot compile strategy " + file + ": "
                + (errors.size() == 1 ? "1 error" : errors.size() + " errors") + ". Mend it and run again.");
        for (Diagnostic<? extends JavaFileObject> error :
                errors.subList(0, Math.min(MOST_ERRORS_SHOWN, errors.size()))) {
            int line = (int) error.getLineNumber();
            int column = (int) error.getColumnNumber();
            String text = error.getMessage(Locale.ENGLISH)
                    .strip()
                    .replaceAll("\\R\\s*", "; ")
                    .replaceAll(" +", " ");
            message.append(line < 1 ? "\n  " : "\n  line " + line + ", column " + column + ": ")
                    .append(text);
            if (line >= 1 && line <= lines.size() && lines.get(line - 1).length() <= 200) {
                String shown = lines.get(line - 1).replace('\t', ' ');
                // the compiler counts a tab as the way to the next multiple of 8; only then the mark would be wrong
                boolean marked = column >= 1
                        && column <= shown.length() + 1
                        && lines.get(line - 1).indexOf('\t') < 0;
                message.append("\n    ").append(shown).append(marked ? "\n    " + " ".repeat(column - 1) + "^" : "");
            }
        }
        if (errors.size() > MOST_ERRORS_SHOWN) {
            message.append("\n  and ").append(errors.size() - MOST_ERRORS_SHOWN).append(" more");
        }
        return message.toString();
    }

    /** The text of the file, under any name. */
    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(Path file, String text) {
            super(file.toAbsolutePath().toUri(), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /** Accepts a public class of any name in this file. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }
    }

    private static final class Compiled extends SimpleJavaFileObject {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Compiled(String name) {
            super(URI.create("memory:///" + name.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    private static final class InMemoryFiles extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, Compiled> compiled = new TreeMap<>();

        InMemoryFiles(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, @Nullable FileObject sibling)
                throws IOException {
            return compiled.computeIfAbsent(name, Compiled::new);
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new TreeMap<>();
            compiled.forEach((name, object) -> classes.put(name, object.bytes.toByteArray()));
            return classes;
        }
    }
}
