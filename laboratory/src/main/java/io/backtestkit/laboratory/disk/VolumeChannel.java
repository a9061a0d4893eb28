package io.backtestkit.laboratory.disk;

import io.backtestkit.laboratory.disk.Volume.Effect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An open file, or a folder open for being forced. Closing it lets its lock go. */
final class VolumeChannel extends FileChannel {

    private final VolumePath path;
    private final Node node;
    private final Set<? extends OpenOption> options;
    private @Nullable VolumeLock lock;
    private long position;

    private VolumeChannel(VolumePath path, Node node, Set<? extends OpenOption> options) {
        this.path = path;
        this.node = node;
        this.options = options;
    }

    static VolumeChannel open(VolumePath path, Set<? extends OpenOption> options, Set<PosixFilePermission> permissions)
            throws IOException {
        boolean writes = options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND);
        if (options.contains(StandardOpenOption.CREATE_NEW)) {
            return new VolumeChannel(path, path.volume().create(path, permissions), options);
        }
        Node found;
        try {
            found = path.volume().call(path.program(), new Call(Call.Kind.OPEN, path.toString()), () -> path.volume()
                    .find(path));
        } catch (NoSuchFileException e) {
            if (!options.contains(StandardOpenOption.CREATE)) {
                throw e;
            }
            found = path.volume().create(path, permissions);
        }
        if (writes && found instanceof FolderNode) {
            throw new FileSystemException(path.toString(), null, "Is a directory");
        }
        VolumeChannel channel = new VolumeChannel(path, found, options);
        if (writes && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.truncate(0);
        }
        return channel;
    }

    private Call of(Call.Kind kind) {
        return new Call(kind, path.toString());
    }

    /** As with any channel, an interrupt of the thread closes the file. */
    private <T> T interruptibly(Effect<T> effect) throws IOException {
        boolean completed = false;
        begin();
        try {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
            T result = effect.run();
            completed = true;
            return result;
        } finally {
            end(completed);
        }
    }

    private FileNode file() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (node instanceof FileNode file) {
            return file;
        }
        throw new IOException("Is a directory");
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int read = read(target, position);
        position += Math.max(0, read);
        return read;
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        FileNode file = file();
        if (!options.isEmpty() && !options.contains(StandardOpenOption.READ)) {
            throw new NonReadableChannelException();
        }
        return interruptibly(() -> path.volume().call(path.program(), of(Call.Kind.READ), () -> {
            int count = (int) Math.min(target.remaining(), file.visible.length - from);
            if (count <= 0) {
                return target.hasRemaining() ? -1 : 0;
            }
            target.put(file.visible, (int) from, count);
            return count;
        }));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        if (options.contains(StandardOpenOption.APPEND)) {
            position = file().visible.length;
        }
        int written = write(source, position);
        position += written;
        return written;
    }

    @Override
    public int write(ByteBuffer source, long to) throws IOException {
        FileNode file = file();
        if (!options.contains(StandardOpenOption.WRITE) && !options.contains(StandardOpenOption.APPEND)) {
            throw new NonWritableChannelException();
        }
        byte[] bytes = new byte[source.remaining()];
        source.duplicate().get(bytes);
        int written = interruptibly(() -> path.volume().write(path.program(), of(Call.Kind.WRITE), file, to, bytes));
        source.position(source.position() + written);
        return written;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        FileNode file = file();
        return path.volume().call(path.program(), of(Call.Kind.STAT), () -> file.visible.length);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        FileNode file = file();
        path.volume().call(path.program(), of(Call.Kind.TRUNCATE), () -> {
            file.truncate(size);
            return true;
        });
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        interruptibly(() -> {
            path.volume().force(path.program(), of(Call.Kind.FORCE), node);
            return true;
        });
    }

    @Override
    public @Nullable FileLock tryLock(long from, long size, boolean shared) throws IOException {
        if (!interruptibly(() -> path.volume().lock(path.program(), of(Call.Kind.LOCK), node))) {
            return null;
        }
        lock = new VolumeLock(this, from, size, shared);
        return lock;
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) throws IOException {
        FileLock taken = tryLock(from, size, shared);
        if (taken == null) {
            throw new IOException("Resource deadlock avoided: nobody will ever let go of " + path);
        }
        return taken;
    }

    void unlock() {
        if (lock != null) {
            path.volume().unlock(node);
            lock = null;
        }
    }

    @Override
    protected void implCloseChannel() throws IOException {
        try {
            path.volume().close(path.program(), of(Call.Kind.CLOSE));
        } finally {
            unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw unsupported("read into several buffers");
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw unsupported("write several buffers");
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw unsupported("transfer");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long from, long count) {
        throw unsupported("transfer");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw unsupported("map");
    }

    private static UnsupportedOperationException unsupported(String act) {
        return new UnsupportedOperationException("A volume cannot " + act + ".");
    }
}
