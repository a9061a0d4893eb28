package io.backtestkit.cli;

import io.backtestkit.store.StoreLocation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Files in a hidden folder inside the data folder: written under another name, forced, renamed, and the folder forced. */
final class BareFiles implements BareStore {

    private static final byte[] NONE = {};
    private static final boolean FOLDERS_CAN_BE_FORCED =
            !System.getProperty("os.name", "").startsWith("Windows");

    private final Path data;
    private final Path folder;

    BareFiles(StoreLocation location, String trial) throws IOException {
        String address = location.address();
        data = Path.of(address.startsWith("///") ? address.substring(2) : address);
        folder = Files.createDirectory(data.resolve("." + trial));
    }

    @Override
    public String driver() {
        return "Java's files";
    }

    @Override
    public String describe() {
        return "a new file, forced, renamed, and its folder forced; a batch is one after the other";
    }

    private Path file(String name) {
        return folder.resolve(name + ".json");
    }

    private void forceFolder() throws IOException {
        if (FOLDERS_CAN_BE_FORCED) {
            try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
                open.force(true);
            }
        }
    }

    @Override
    public void write(String name, byte[] json) throws IOException {
        Path temporary = folder.resolve(name + ".tmp");
        try (FileChannel open = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                open.write(bytes);
            }
            open.force(true);
        }
        Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
    }

    @Override
    public byte[] read(String name) throws IOException {
        try {
            return Files.readAllBytes(file(name));
        } catch (NoSuchFileException e) {
            return NONE;
        }
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
        forceFolder();
    }

    @Override
    public void writeAll(Map<String, byte[]> all) throws IOException {
        for (Map.Entry<String, byte[]> each : all.entrySet()) {
            write(each.getKey(), each.getValue());
        }
    }

    /** Removes the strategy's folder, unless something is in it. */
    @Override
    public void forget(String strategy) throws IOException {
        Path emptied = data.resolve(strategy);
        if (Files.isDirectory(emptied)) {
            try (Stream<Path> files = Files.list(emptied)) {
                if (files.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(emptied);
        }
    }

    @Override
    public void discard() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
