package io.backtestkit.laboratory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cases of a run that are done, one line each: how many trials it made, a tab, its name. */
public final class Checkpoint {

    private final Path file;

    /** Keeps them in that file. */
    public Checkpoint(Path file) {
        this.file = file;
    }

    /** Returns the number of trials by case; a last line that was not finished does not count. */
    Map<String, Long> done() {
        Map<String, Long> done = new LinkedHashMap<>();
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            List<String> lines =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            for (String line : lines) {
                int tab = line.indexOf('\t');
                done.put(line.substring(tab + 1), Long.valueOf(line.substring(0, tab)));
            }
            return done;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void add(String name, long tried) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, tried + "\t" + name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins at the beginning. */
    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
