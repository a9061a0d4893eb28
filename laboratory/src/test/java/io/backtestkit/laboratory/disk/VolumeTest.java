package io.backtestkit.laboratory.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeTest {

    /** Something a program may do, whose result is a text. */
    private interface Attempt {
        Object run(Path folder) throws IOException;
    }

    private static final List<Attempt> ATTEMPTS = List.of(
            folder -> Files.createDirectory(folder.resolve("a")).getFileName(),
            folder -> Files.createDirectory(folder.resolve("a")),
            folder -> Files.createDirectory(folder.resolve("missing/b")),
            folder -> Files.write(folder.resolve("a/x"), new byte[] {1, 2, 3}).getFileName(),
            folder -> Files.write(folder.resolve("a/x"), new byte[] {4}, StandardOpenOption.APPEND)
                    .getFileName(),
            folder -> Files.write(folder.resolve("a/x"), new byte[] {4}, StandardOpenOption.CREATE_NEW),
            folder -> Files.size(folder.resolve("a/x")),
            folder -> Files.readAllBytes(folder.resolve("a/x")).length,
            folder -> Files.readAllBytes(folder.resolve("a/y")),
            folder -> Files.exists(folder.resolve("a/x")) + " " + Files.isDirectory(folder.resolve("a")),
            folder -> Files.isSymbolicLink(folder.resolve("a")) + " " + Files.isRegularFile(folder.resolve("a/x")),
            folder -> folder.relativize(folder.resolve("a/../a/x").normalize()) + " "
                    + folder.resolve("a").toRealPath().getFileName(),
            folder -> Files.write(folder.resolve("a/y"), new byte[] {9}).getFileName(),
            folder -> Files.move(folder.resolve("a/y"), folder.resolve("a/x"), StandardCopyOption.ATOMIC_MOVE)
                    .getFileName(),
            folder -> Files.readAllBytes(folder.resolve("a/x"))[0],
            folder -> Files.move(folder.resolve("a/y"), folder.resolve("a/x"), StandardCopyOption.ATOMIC_MOVE),
            folder -> names(folder.resolve("a")),
            folder -> names(folder.resolve("missing")),
            VolumeTest::openClose,
            folder -> Files.deleteIfExists(folder.resolve("a")),
            folder -> Files.deleteIfExists(folder.resolve("a/x")) + " " + Files.deleteIfExists(folder.resolve("a/x")),
            folder -> Files.deleteIfExists(folder.resolve("a")));

    private static List<String> names(Path folder) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry -> names.add(entry.getFileName() + ""));
        }
        return names;
    }

    private static String openClose(Path folder) throws IOException {
        StringBuilder told = new StringBuilder();
        try (FileChannel file =
                FileChannel.open(folder.resolve("a/x"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            told.append(file.write(ByteBuffer.wrap(new byte[] {5, 6, 7}), 1)).append(' ');
            told.append(file.position(2).position()).append(' ');
            told.append(file.read(ByteBuffer.allocate(9))).append(' ');
            told.append(file.read(ByteBuffer.allocate(9))).append(' ');
            told.append(file.truncate(2).size()).append(' ');
            told.append(file.tryLock().isValid());
        }
        try (FileChannel opened = FileChannel.open(folder.resolve("a"), StandardOpenOption.READ)) {
            opened.force(true);
        }
        return told.toString();
    }

    private static List<String> results(Path folder) {
        List<String> results = new ArrayList<>();
        for (Attempt attempt : ATTEMPTS) {
            try {
                results.add(String.valueOf(attempt.run(folder)));
            } catch (IOException e) {
                results.add(e.getClass().getSimpleName());
            }
        }
        return results;
    }

    @Test
    void aProgramSeesTheSameOnAVolumeAsOnTheDiskOfThisMachine(@TempDir Path real) throws IOException {
        assertThat(results(new Volume(new Image(new TreeMap<>())).path("/"))).isEqualTo(results(real.toRealPath()));
    }
}
