package io.backtestkit.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder of a store.
 *
 * @param base its real path
 * @param store how it was named by the user, for messages: {@code file:./data}
 * @param disk what to reach it through
 */
record DataFolder(Path base, String store, Disk disk) {

    /** Returns the folders of the strategies, in the order of their names. */
    List<Path> strategyFolders() throws IOException {
        return disk.list(base).stream().filter(Files::isDirectory).toList();
    }

    /** Returns the files with that ending in the data folder and the folders of the strategies. */
    List<Path> filesEndingIn(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : disk.list(base)) {
            if (Files.isDirectory(file)) {
                found.addAll(disk.list(file));
            } else {
                found.add(file);
            }
        }
        found.removeIf(file -> !FileNames.nameOf(file).endsWith(ending));
        return found;
    }

    /** Returns the files with that ending that hold signals or trades: those whose name this store could have given. */
    List<Path> ownFiles(String ending) throws IOException {
        return filesEndingIn(ending).stream()
                .filter(file -> FileNames.isOurs(base, file, ending))
                .toList();
    }

    /** Returns how a file is named in messages: relative to the data folder. */
    String relative(Path file) {
        return base.relativize(file).toString().replace('\\', '/');
    }
}
