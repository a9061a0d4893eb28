package io.backtestkit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

    @TempDir
    private Path folder;

    private static String rights(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aFileThatIsReplacedKeepsItsRights() throws Exception {
        Path file = SampleFiles.write(folder.resolve("result.json"), "{}");
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
        for (String rights : List.of("rw-r--r--", "rw-rw----", "rw-------", "rwxr-xr-x")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));

            OutputFile.check("--json", link).write("{\"rights\":\"" + rights + "\"}");

            assertThat(file).hasContent("{\"rights\":\"" + rights + "\"}");
            assertThat(rights(file)).isEqualTo(rights);
        }
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aNewFileHasTheRightsOfAnyNewFile() throws Exception {
        Path usual = Files.createFile(folder.resolve("usual"));
        Path file = folder.resolve("result.json");

        OutputFile.check("--json", file).write("[]");

        assertThat(file).hasContent("[]");
        assertThat(rights(file)).isEqualTo(rights(usual));
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).as("nothing temporary is left").containsExactlyInAnyOrder(usual, file);
        }
    }

    @Test
    void theNameOfAStreamThatLeadsToAFileIsRefused() throws Exception {
        Path file = SampleFiles.write(folder.resolve("all.jsonl"), "{}");
        Process writer = new ProcessBuilder("cat")
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                .start();
        try {
            Path stream = Path.of("/proc/" + writer.pid() + "/fd/1"); // what /dev/stdout is to that process

            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> OutputFile.check("--file", stream))
                    .withMessageContaining(
                            "it leads to a file, which would be replaced. Name that file. Nothing was run.");
            assertThat(file).hasContent("{}");
        } finally {
            writer.destroy();
        }
    }
}
