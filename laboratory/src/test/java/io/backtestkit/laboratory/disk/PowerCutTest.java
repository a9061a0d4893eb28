package io.backtestkit.laboratory.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PowerCutTest {

    private final Volume volume = new Volume(new Image(new TreeMap<>(Map.of("old", bytes("old")))));
    private final Path root = volume.path("/");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns what may be left, one line each: names and contents, a run of one character as {@code x*512}. */
    private Set<String> left() {
        Set<String> left = new TreeSet<>();
        for (Image image : PowerCut.images(volume)) {
            Map<String, String> files = new TreeMap<>();
            image.files().forEach((path, content) -> files.put(path, shortened(content)));
            left.add(files.toString());
        }
        return left;
    }

    private static String shortened(byte[] content) {
        StringBuilder text = new StringBuilder();
        for (int start = 0; start < content.length; ) {
            int end = start;
            while (end < content.length && content[end] == content[start]) {
                end++;
            }
            char shown = content[start] == 0 ? '0' : (char) content[start];
            text.append(
                    end - start > 9
                            ? shown + "*" + (end - start)
                            : String.valueOf(shown).repeat(end - start));
            start = end;
        }
        return text.toString();
    }

    private static void force(Path path) throws IOException {
        StandardOpenOption how = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }

    @Test
    void aNewFileIsThereOrNotAndItsContentOnlyAsFarAsItWasForced() throws IOException {
        Path file = root.resolve("new");
        Files.write(file, bytes("a"));
        assertThat(left())
                .containsExactlyInAnyOrder("{old=old}", "{new=, old=old}", "{new=0, old=old}", "{new=a, old=old}");
        force(file);
        assertThat(left())
                .as("its name is not durable by that")
                .containsExactlyInAnyOrder("{old=old}", "{new=a, old=old}");
        force(root);
        assertThat(left()).containsExactly("{new=a, old=old}");
    }

    @Test
    void forcingTheFolderDoesNotMakeContentDurable() throws IOException {
        Files.write(root.resolve("new"), bytes("a"));
        force(root);
        assertThat(left()).containsExactlyInAnyOrder("{new=, old=old}", "{new=0, old=old}", "{new=a, old=old}");
    }

    @Test
    void everySectorMayBeMissingAndTheLengthMayEndAtAny() throws IOException {
        Path file = root.resolve("old");
        Files.write(file, bytes("a".repeat(512) + "b".repeat(100)));
        assertThat(left())
                .containsExactlyInAnyOrder(
                        "{old=old}",
                        "{old=aaa}",
                        "{old=old0*509}",
                        "{old=a*512}",
                        "{old=old0*609}",
                        "{old=a*5120*100}",
                        "{old=old0*509b*100}",
                        "{old=a*512b*100}");
    }

    @Test
    void changesOfAFolderMayReachTheDiskInAnyOrder() throws IOException {
        Files.delete(root.resolve("old"));
        Files.createDirectory(root.resolve("inner"));
        assertThat(left()).containsExactlyInAnyOrder("{old=old}", "{}", "{inner/=, old=old}", "{inner/=}");
    }

    @Test
    void aRenameReplacesInOneStepButMayLeaveTheOldNameToo() throws IOException {
        Path file = root.resolve("new");
        Files.write(file, bytes("a"));
        force(file);
        force(root);
        Files.move(file, root.resolve("old"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(left()).containsExactlyInAnyOrder("{new=a, old=old}", "{new=a, old=a}", "{old=a}");
        force(root);
        assertThat(left()).containsExactly("{old=a}");
    }

    @Test
    void whatIsInAFolderIsLostWithTheFolder() throws IOException {
        Path folder = root.resolve("inner");
        Files.createDirectory(folder);
        Files.write(folder.resolve("new"), bytes("a"));
        force(folder.resolve("new"));
        force(folder);
        assertThat(left()).containsExactlyInAnyOrder("{old=old}", "{inner/=, inner/new=a, old=old}");
    }

    @Test
    void noForceMendsContentOfWhichAForceFailedUntilItIsWrittenOnceMore() throws IOException {
        Path file = root.resolve("old");
        Files.write(file, bytes("new"));
        volume.watch(new Watcher() {
            @Override
            public void before(Call call) throws IOException {
                if (call.kind() == Call.Kind.FORCE) {
                    throw new IOException("Input/output error");
                }
            }
        });
        assertThatThrownBy(() -> force(file)).hasMessage("Input/output error");
        volume.watch(new Watcher() {});
        force(file);
        assertThat(Files.readString(file)).isEqualTo("new");
        assertThat(left()).containsExactlyInAnyOrder("{old=old}", "{old=new}");
        Files.write(file, bytes("few"));
        force(file);
        assertThat(left()).containsExactly("{old=few}");
    }

    @Test
    void manyChoicesAreBoundedAndTheSameEachTime() throws IOException {
        for (int i = 0; i < 20; i++) {
            Files.createDirectory(root.resolve("folder" + i));
        }
        Set<String> left = left();
        assertThat(PowerCut.images(volume)).hasSize(PowerCut.MOST_IMAGES);
        assertThat(left).hasSizeGreaterThan(PowerCut.MOST_IMAGES / 2).contains("{old=old}");
        assertThat(left()).isEqualTo(left);
    }

    @Test
    void aKilledProgramLeavesWhatIsVisibleAndLosesItsLocks() throws IOException {
        Set<StandardOpenOption> how = Set.of(StandardOpenOption.WRITE);
        FileChannel killed = FileChannel.open(root.resolve("old"), how);
        killed.write(ByteBuffer.wrap(bytes("new")));
        assertThat(killed.tryLock()).isNotNull();
        Path other = volume.path("/old");
        try (FileChannel channel = FileChannel.open(other, how)) {
            assertThat(channel.tryLock()).isNull();
            volume.kill(root);
            assertThat(channel.tryLock()).isNotNull();
        }
        assertThat(Files.readString(other)).isEqualTo("new");
        assertThatThrownBy(() -> killed.force(true)).isInstanceOf(Killed.class);
        killed.close();
        assertThatThrownBy(() -> Files.delete(root.resolve("old"))).isInstanceOf(Killed.class);
    }

    @Test
    void fingerprintsDifferByContentAndNotByWhatEveryRunDraws() {
        Image image =
                new Image(new TreeMap<>(Map.of("a." + "0".repeat(8) + "-0000-0000-0000-000000000001.tmp", bytes("x"))));
        Image same =
                new Image(new TreeMap<>(Map.of("a." + "0".repeat(8) + "-0000-0000-0000-00000000000f.tmp", bytes("x"))));
        Image other =
                new Image(new TreeMap<>(Map.of("a." + "0".repeat(8) + "-0000-0000-0000-000000000001.tmp", bytes("y"))));
        assertThat(image.fingerprint()).isEqualTo(same.fingerprint()).isNotEqualTo(other.fingerprint());
    }
}
