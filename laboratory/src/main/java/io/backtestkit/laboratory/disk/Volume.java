package io.backtestkit.laboratory.disk;

import io.backtestkit.laboratory.disk.FolderNode.Entry;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A disk in memory, and the machine's view of it. See the package for what it remembers. */
public final class Volume {

    private static final AtomicLong VOLUMES = new AtomicLong();

    private final long number = VOLUMES.incrementAndGet();
    private final Map<Node, VolumeFileSystem> locked = new HashMap<>();
    private final FolderNode root;
    private Watcher watcher = new Watcher() {};
    private long nodes;

    /** Makes a volume on which everything in the image is durable. */
    public Volume(Image image) {
        root = new FolderNode(++nodes);
        image.files().forEach((path, bytes) -> {
            FolderNode folder = root;
            String[] names = path.split("/");
            for (int i = 0; i < names.length - 1; i++) {
                folder = (FolderNode) Objects.requireNonNull(folder.durable.get(names[i]));
            }
            Node made = path.endsWith("/") ? new FolderNode(++nodes) : new FileNode(++nodes, bytes);
            folder.durable.put(names[names.length - 1], made);
            folder.visible.put(names[names.length - 1], made);
        });
    }

    /** Returns that absolute path as a new program sees it; all paths made from it are of the same program. */
    public Path path(String path) {
        return new VolumeFileSystem(this).getPath(path);
    }

    /** Tells that watcher, and no other, of every call from now on. */
    public synchronized void watch(Watcher next) {
        watcher = next;
    }

    /** Kills the program that has that path: what it does from now on has no effect and throws {@link Killed}. */
    public synchronized void kill(Path path) {
        VolumeFileSystem program = ((VolumePath) path).program();
        program.kill();
        locked.values().removeIf(holder -> holder == program);
    }

    /** Returns what a program sees now. */
    public synchronized Image visible() {
        return Image.of(root, folder -> folder.visible, file -> file.visible);
    }

    FolderNode root() {
        return root;
    }

    /** Returns what tells a file or folder from all others, on any volume. */
    String keyOf(Node node) {
        return "volume " + number + ", node " + node.number;
    }

    /** What a call does. */
    interface Effect<T> {
        T run() throws IOException;
    }

    /** Makes a call: the watcher is told before and after it. */
    synchronized <T> T call(VolumeFileSystem program, Call call, Effect<T> effect) throws IOException {
        program.requireAlive();
        watcher.before(call);
        program.requireAlive();
        T result = effect.run();
        watcher.after(call);
        return result;
    }

    /** A program that was killed has nothing open any more. */
    synchronized void close(VolumeFileSystem program, Call call) throws IOException {
        if (program.isAlive()) {
            call(program, call, () -> true);
        }
    }

    /** Returns what the path leads to. */
    Node find(VolumePath path) throws FileSystemException {
        Node found = root;
        for (String name : path.names()) {
            if (!(found instanceof FolderNode folder)) {
                throw new FileSystemException(path.toString(), null, "Not a directory");
            }
            Node next = folder.visible.get(name);
            if (next == null) {
                throw new NoSuchFileException(path.toString());
            }
            found = next;
        }
        return found;
    }

    FolderNode folder(VolumePath path) throws FileSystemException {
        if (find(path) instanceof FolderNode folder) {
            return folder;
        }
        throw new NotDirectoryException(path.toString());
    }

    private @Nullable Node findOrNull(VolumePath path) throws FileSystemException {
        try {
            return find(path);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    List<String> list(VolumePath path) throws IOException {
        return call(
                path.program(),
                new Call(Call.Kind.LIST, path.toString()),
                () -> List.copyOf(folder(path).visible.keySet()));
    }

    FileNode create(VolumePath path, Set<PosixFilePermission> permissions) throws IOException {
        return call(path.program(), new Call(Call.Kind.CREATE, path.toString()), () -> {
            requireAbsent(path);
            FileNode made = new FileNode(++nodes);
            made.permissions = permissions;
            parentOf(path).change(new Entry(path.name(), made));
            return made;
        });
    }

    void makeFolder(VolumePath path, Set<PosixFilePermission> permissions) throws IOException {
        call(path.program(), new Call(Call.Kind.MAKE_FOLDER, path.toString()), () -> {
            requireAbsent(path);
            FolderNode made = new FolderNode(++nodes);
            made.permissions = permissions;
            parentOf(path).change(new Entry(path.name(), made));
            return made;
        });
    }

    private void requireAbsent(VolumePath path) throws FileSystemException {
        if (findOrNull(path) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
    }

    private FolderNode parentOf(VolumePath path) throws FileSystemException {
        VolumePath parent = path.getParent();
        return parent == null ? root : folder(parent);
    }

    void delete(VolumePath path) throws IOException {
        call(path.program(), new Call(Call.Kind.DELETE, path.toString()), () -> {
            if (find(path) instanceof FolderNode folder && !folder.visible.isEmpty()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
            parentOf(path).change(new Entry(path.name(), null));
            return true;
        });
    }

    /** Renames within a folder, replacing a file that is there. */
    void rename(VolumePath from, VolumePath to) throws IOException {
        call(to.program(), new Call(Call.Kind.RENAME, to.toString()), () -> {
            Node moved = find(from);
            FolderNode folder = parentOf(from);
            if (folder != parentOf(to)) {
                throw new FileSystemException(from.toString(), to.toString(), "This disk renames within a folder only");
            }
            if (findOrNull(to) instanceof FolderNode) {
                throw new FileSystemException(from.toString(), to.toString(), "Is a directory");
            }
            folder.change(new Entry(to.name(), moved), new Entry(from.name(), null));
            return true;
        });
    }

    void force(VolumeFileSystem program, Call call, Node node) throws IOException {
        try {
            call(program, call, () -> {
                if (!watcher.ignores(call)) {
                    node.force();
                }
                return true;
            });
        } catch (IOException e) {
            node.failForce();
            throw e;
        }
    }

    int write(VolumeFileSystem program, Call call, FileNode file, long position, byte[] bytes) throws IOException {
        try {
            return call(program, call, () -> {
                int taken = Math.min(bytes.length, Math.max(1, watcher.atMost(call, bytes.length)));
                file.write(position, Arrays.copyOf(bytes, taken));
                return taken;
            });
        } catch (IOException e) {
            file.write(position, Arrays.copyOf(bytes, bytes.length / 2));
            throw e;
        }
    }

    /** Locks a file for one program; false if another one has it. */
    boolean lock(VolumeFileSystem program, Call call, Node node) throws IOException {
        return call(program, call, () -> locked.putIfAbsent(node, program) == null);
    }

    synchronized void unlock(Node node) {
        locked.remove(node);
    }
}
