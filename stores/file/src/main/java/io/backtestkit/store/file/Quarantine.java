package io.backtestkit.store.file;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Keeps bytes that could not be read beside their file, as {@code BTCUSDT.json.damaged}, then {@code .2.damaged} and so on.
 * The same bytes are kept once, however often they are met.
 */
final class Quarantine {

    private static final int MOST_COPIES = 1_000;

    private final Disk disk;
    private final DurableFiles files;

    Quarantine(Disk disk, DurableFiles files) {
        this.disk = disk;
        this.files = files;
    }

    /** Makes sure of a durable copy and returns where it is. */
    Path keep(Path file, byte[] bytes) throws FileFault {
        for (int number = 1; number <= MOST_COPIES; number++) {
            String ending = (number == 1 ? "" : "." + number) + FileNames.DAMAGED;
            Path copy = file.resolveSibling(FileNames.nameOf(file) + ending);
            try {
                if (Arrays.equals(disk.read(copy), bytes)) {
                    return copy;
                }
            } catch (NoSuchFileException e) {
                files.replace(copy, bytes);
                return copy;
            } catch (IOException e) {
                throw FileFault.of(e, FileFault.Stage.BEFORE, copy);
            }
        }
        throw FileFault.refused(
                "there are " + MOST_COPIES + " damaged copies of " + file + " already",
                "Look into them and move them away.");
    }
}
