package io.backtestkit.laboratory.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** The attributes of a file or folder; all times are the epoch. */
record VolumeAttributes(boolean isDirectory, long size, Object fileKey, Set<PosixFilePermission> permissions)
        implements PosixFileAttributes {

    private record Principal(String getName) implements GroupPrincipal {}

    static VolumeAttributes of(Volume volume, Node node) {
        long size = node instanceof FileNode file ? file.visible.length : 0;
        return new VolumeAttributes(node instanceof FolderNode, size, volume.keyOf(node), node.permissions);
    }

    /** The same by way of a view, which changes nothing but permissions. */
    record View(VolumePath path) implements PosixFileAttributeView {

        @Override
        public String name() {
            return "posix";
        }

        @Override
        public PosixFileAttributes readAttributes() throws java.io.IOException {
            return VolumeProvider.attributes(path);
        }

        @Override
        public void setTimes(FileTime lastModifiedTime, FileTime lastAccessTime, FileTime createTime) {}

        @Override
        public void setPermissions(Set<PosixFilePermission> permissions) throws java.io.IOException {
            path.volume().call(path.program(), new Call(Call.Kind.SET, path.toString()), () -> {
                path.volume().find(path).permissions = Set.copyOf(permissions);
                return true;
            });
        }

        @Override
        public void setGroup(GroupPrincipal group) {}

        @Override
        public UserPrincipal getOwner() {
            return new Principal("owner");
        }

        @Override
        public void setOwner(UserPrincipal owner) {}
    }

    @Override
    public UserPrincipal owner() {
        return new Principal("owner");
    }

    @Override
    public GroupPrincipal group() {
        return new Principal("group");
    }

    @Override
    public FileTime lastModifiedTime() {
        return FileTime.fromMillis(0);
    }

    @Override
    public FileTime lastAccessTime() {
        return FileTime.fromMillis(0);
    }

    @Override
    public FileTime creationTime() {
        return FileTime.fromMillis(0);
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }
}
