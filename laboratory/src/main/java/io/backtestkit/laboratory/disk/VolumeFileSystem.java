package io.backtestkit.laboratory.disk;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Set;

/** One program's view of a volume, as {@link java.nio.file.Files} wants it. */
final class VolumeFileSystem extends FileSystem {

    private static final VolumeProvider PROVIDER = new VolumeProvider();

    private final Volume volume;
    private volatile boolean alive = true;

    VolumeFileSystem(Volume volume) {
        this.volume = volume;
    }

    Volume volume() {
        return volume;
    }

    void kill() {
        alive = false;
    }

    boolean isAlive() {
        return alive;
    }

    void requireAlive() {
        if (!alive) {
            throw new Killed();
        }
    }

    @Override
    public FileSystemProvider provider() {
        return PROVIDER;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return List.of(getPath("/"));
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return List.of(new VolumeStore());
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return Set.of("basic", "posix");
    }

    @Override
    public Path getPath(String first, String... more) {
        return VolumePath.parse(this, more.length == 0 ? first : first + "/" + String.join("/", more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        throw new UnsupportedOperationException("A volume has no path matchers.");
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        throw new UnsupportedOperationException("A volume knows no users.");
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException("A volume cannot be watched by a service.");
    }
}
