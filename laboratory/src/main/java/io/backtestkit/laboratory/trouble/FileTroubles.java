package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.disk.Call;
import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.laboratory.disk.Watcher;
import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.file.FileSignalStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Troubles of the file store, most of them of a real file system. */
final class FileTroubles {

    private static final long SLOW_CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long SLOW_FORCE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private FileTroubles() {}

    /** Every call to the file system takes its time; nothing fails. */
    static Trouble slowDisk() {
        Volume volume = new Volume(new Image(new TreeMap<>()));
        Path folder = volume.path("/data");
        return new Trouble(
                new Place(() -> FileSignalStore.open(folder), () -> FileSignalStore.openReadOnly(volume.path("/data"))),
                new Nature(Optional.empty(), true, ""),
                () -> volume.watch(new Watcher() {
                    @Override
                    public void before(Call call) {
                        LockSupport.parkNanos(call.kind() == Call.Kind.FORCE ? SLOW_FORCE_NANOS : SLOW_CALL_NANOS);
                    }
                }),
                () -> volume.watch(new Watcher() {}),
                () -> {});
    }

    /** Needs to mount; so do the others below. */
    static Trouble fullDisk() {
        SmallDisk disk = new SmallDisk("size=1m");
        return trouble(disk, disk::fill, disk::empty);
    }

    static Trouble noInodes() {
        SmallDisk disk = new SmallDisk("size=8m,nr_inodes=100");
        return trouble(disk, disk::useInodes, disk::empty);
    }

    static Trouble readOnly() {
        SmallDisk disk = new SmallDisk("size=1m");
        return trouble(disk, disk::forbidWriting, disk::allowWriting);
    }

    private static Trouble trouble(SmallDisk disk, Runnable begin, Runnable end) {
        return new Trouble(
                Place.at("file:" + disk.folder().resolve("data")),
                Nature.readable(StoreRefusedException.class),
                begin,
                end,
                disk::remove);
    }
}
