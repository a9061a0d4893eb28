package io.backtestkit.laboratory.disk;

import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.jspecify.annotations.Nullable;

/** What a volume says of itself: a local disk with room. */
final class VolumeStore extends FileStore {

    private static final long SIZE = 1L << 40;

    @Override
    public String name() {
        return "volume";
    }

    @Override
    public String type() {
        return "ext4";
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public long getTotalSpace() {
        return SIZE;
    }

    @Override
    public long getUsableSpace() {
        return SIZE;
    }

    @Override
    public long getUnallocatedSpace() {
        return SIZE;
    }

    @Override
    public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
        return true;
    }

    @Override
    public boolean supportsFileAttributeView(String name) {
        return name.equals("basic") || name.equals("posix");
    }

    @Override
    public <V extends FileStoreAttributeView> @Nullable V getFileStoreAttributeView(Class<V> type) {
        return null;
    }

    @Override
    public Object getAttribute(String attribute) {
        throw new UnsupportedOperationException("A volume has no attribute " + attribute + ".");
    }
}
