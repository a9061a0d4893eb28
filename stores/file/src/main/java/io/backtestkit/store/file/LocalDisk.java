package io.backtestkit.store.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The disk of this machine. Folders are made with mode 0700 and files with 0600 where the file system knows modes. */
final class LocalDisk implements Disk {

    static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private record Channel(FileChannel channel) implements Handle {

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void cut(long length) throws IOException {
            channel.truncate(length);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record Nothing() implements Handle {

        @Override
        public void write(ByteBuffer bytes) {}

        @Override
        public long length() {
            return 0;
        }

        @Override
        public void cut(long length) {}

        @Override
        public void force() {}

        @Override
        public void close() {}
    }

    @Override
    public byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    @Override
    public Handle create(Path file) throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new Channel(FileChannel.open(file, options, mode("rw-------")));
    }

    @Override
    public Handle append(Path file) throws IOException {
        return new Channel(FileChannel.open(file, StandardOpenOption.APPEND));
    }

    @Override
    public Handle folder(Path folder) throws IOException {
        return POSIX ? new Channel(FileChannel.open(folder, StandardOpenOption.READ)) : new Nothing();
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        Files.createDirectory(folder, mode("rwx------"));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.sort(null);
        return found;
    }

    @Override
    public String type(Path path) throws IOException {
        return Files.getFileStore(path).type();
    }

    static FileAttribute<?>[] mode(String permissions) {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
