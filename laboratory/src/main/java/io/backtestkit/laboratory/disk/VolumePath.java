package io.backtestkit.laboratory.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path on a volume, such as {@code /srv/data}. Its separator is a slash. */
final class VolumePath implements Path {

    private final VolumeFileSystem fileSystem;
    private final boolean absolute;
    private final List<String> names;

    private VolumePath(VolumeFileSystem fileSystem, boolean absolute, List<String> names) {
        this.fileSystem = fileSystem;
        this.absolute = absolute;
        this.names = List.copyOf(names);
    }

    static VolumePath parse(VolumeFileSystem fileSystem, String text) {
        List<String> names = new ArrayList<>(List.of(text.split("/")));
        names.removeIf(String::isEmpty);
        return new VolumePath(fileSystem, text.startsWith("/"), names);
    }

    private VolumePath with(boolean asAbsolute, List<String> otherNames) {
        return new VolumePath(fileSystem, asAbsolute, otherNames);
    }

    private VolumePath same(Path other) {
        if (other instanceof VolumePath path) {
            return path;
        }
        throw new ProviderMismatchException();
    }

    List<String> names() {
        return names;
    }

    /** Returns the last name; the empty string for the root. */
    String name() {
        return names.isEmpty() ? "" : names.get(names.size() - 1);
    }

    VolumeFileSystem program() {
        return fileSystem;
    }

    Volume volume() {
        return fileSystem.volume();
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return absolute;
    }

    @Override
    public @Nullable VolumePath getRoot() {
        return absolute ? with(true, List.of()) : null;
    }

    @Override
    public @Nullable VolumePath getFileName() {
        return names.isEmpty() ? null : with(false, List.of(name()));
    }

    @Override
    public @Nullable VolumePath getParent() {
        if (names.isEmpty() || (names.size() == 1 && !absolute)) {
            return null;
        }
        return with(absolute, names.subList(0, names.size() - 1));
    }

    @Override
    public int getNameCount() {
        return names.size();
    }

    @Override
    public VolumePath getName(int index) {
        return with(false, List.of(names.get(index)));
    }

    @Override
    public VolumePath subpath(int beginIndex, int endIndex) {
        return with(false, names.subList(beginIndex, endIndex));
    }

    @Override
    public boolean startsWith(Path other) {
        return other instanceof VolumePath path
                && path.absolute == absolute
                && path.names.size() <= names.size()
                && names.subList(0, path.names.size()).equals(path.names);
    }

    @Override
    public boolean endsWith(Path other) {
        return other instanceof VolumePath path
                && path.names.size() <= names.size()
                && (!path.absolute || equals(path))
                && names.subList(names.size() - path.names.size(), names.size()).equals(path.names);
    }

    @Override
    public VolumePath normalize() {
        List<String> kept = new ArrayList<>();
        for (String name : names) {
            if (name.equals("..")
                    && !kept.isEmpty()
                    && !kept.get(kept.size() - 1).equals("..")) {
                kept.remove(kept.size() - 1);
            } else if (!name.equals(".") && !(name.equals("..") && absolute)) {
                kept.add(name);
            }
        }
        return with(absolute, kept);
    }

    @Override
    public VolumePath resolve(Path other) {
        VolumePath path = same(other);
        if (path.absolute) {
            return path;
        }
        List<String> joined = new ArrayList<>(names);
        joined.addAll(path.names);
        return with(absolute, joined);
    }

    @Override
    public VolumePath relativize(Path other) {
        VolumePath path = same(other);
        int common = 0;
        while (common < Math.min(names.size(), path.names.size())
                && names.get(common).equals(path.names.get(common))) {
            common++;
        }
        List<String> way = new ArrayList<>();
        for (int i = common; i < names.size(); i++) {
            way.add("..");
        }
        way.addAll(path.names.subList(common, path.names.size()));
        return with(false, way);
    }

    @Override
    public URI toUri() {
        return URI.create(VolumeProvider.SCHEME + "://" + toAbsolutePath());
    }

    @Override
    public VolumePath toAbsolutePath() {
        return with(true, names);
    }

    @Override
    public VolumePath toRealPath(LinkOption... options) throws IOException {
        VolumePath real = toAbsolutePath().normalize();
        return volume().call(fileSystem, new Call(Call.Kind.STAT, real.toString()), () -> {
            volume().find(real);
            return real;
        });
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("A volume cannot be watched through a path.");
    }

    @Override
    public int compareTo(Path other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VolumePath path
                && path.fileSystem == fileSystem
                && path.absolute == absolute
                && path.names.equals(names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        return (absolute ? "/" : "") + String.join("/", names);
    }
}
