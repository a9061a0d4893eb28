package io.backtestkit.laboratory.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Serves {@link java.nio.file.Files} from a volume. What cannot be modelled throws and says so. */
final class VolumeProvider extends FileSystemProvider {

    static final String SCHEME = "volume";

    private static VolumePath on(Path path) {
        return ((VolumePath) path).toAbsolutePath();
    }

    static VolumeAttributes attributes(Path given) throws IOException {
        VolumePath path = on(given);
        return path.volume()
                .call(
                        path.program(),
                        new Call(Call.Kind.STAT, path.toString()),
                        () -> VolumeAttributes.of(path.volume(), path.volume().find(path)));
    }

    @SuppressWarnings("unchecked") // the only attribute under that name
    private static Set<PosixFilePermission> permissions(FileAttribute<?>... attributes) {
        for (FileAttribute<?> attribute : attributes) {
            if (attribute.name().equals("posix:permissions")) {
                return Set.copyOf((Set<PosixFilePermission>) attribute.value());
            }
        }
        return EnumSet.allOf(PosixFilePermission.class);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
        throw new UnsupportedOperationException("Make a Volume instead.");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException("Make a Volume instead.");
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("Ask a Volume for its paths.");
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        return VolumeChannel.open(on(path), options, permissions(attributes));
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path given, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        VolumePath folder = on(given);
        List<Path> found = new ArrayList<>();
        for (String name : folder.volume().list(folder)) {
            Path entry = given.resolve(name);
            if (filter.accept(entry)) {
                found.add(entry);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... attributes) throws IOException {
        on(folder).volume().makeFolder(on(folder), permissions(attributes));
    }

    @Override
    public void delete(Path path) throws IOException {
        on(path).volume().delete(on(path));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) {
        throw new UnsupportedOperationException("A volume copies nothing: read and write.");
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        on(source).volume().rename(on(source), on(target));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return attributes(path).fileKey().equals(attributes(other).fileKey());
    }

    @Override
    public boolean isHidden(Path path) {
        return on(path).name().startsWith(".");
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return on(path).volume().call(on(path).program(), new Call(Call.Kind.DISK, path.toString()), VolumeStore::new);
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        attributes(path);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        return type.cast(new VolumeAttributes.View(on(path)));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return type.cast(attributes(path));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException("A volume tells its attributes by type, not by name: " + attributes);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("A volume cannot set " + attribute + ".");
    }
}
