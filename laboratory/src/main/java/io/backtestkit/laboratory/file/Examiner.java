package io.backtestkit.laboratory.file;

import static io.backtestkit.laboratory.file.Samples.MAIN;

import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.file.FileSignalStore;
import java.util.List;
import java.util.Optional;

/** Opens the real store on what a power cut left, compares what it says, and uses it. */
final class Examiner {

    private static final String AFTER = "after";

    private Examiner() {}

    /** Returns what is wrong; empty if nothing is. */
    static Optional<String> examine(Image image, List<Snapshot> possible, long epoch, byte[] kept) {
        Volume volume = new Volume(image);
        try (SignalStore store = FileSignalStore.open(volume.path("/" + Base.folder()))) {
            Snapshot said = Snapshot.of(store);
            if (!possible.contains(said)) {
                return Optional.of("it says " + said + ", possible is " + possible);
            }
            long next = Epochs.newest(volume.visible());
            if (next <= epoch) {
                return Optional.of("its epoch is " + next + ", " + epoch + " was taken already");
            }
            Optional<String> fault = use(store, said);
            if (fault.isEmpty() && !volume.visible().holds(kept)) {
                return Optional.of("bytes that nobody could read are gone");
            }
            return fault;
        } catch (SignalStoreException e) {
            return Optional.of("it throws " + e);
        }
    }

    /** Whatever a crash left, a position can be taken and left again. */
    private static Optional<String> use(SignalStore store, Snapshot said) {
        if (said.isDamaged(MAIN)) {
            store.setAside(MAIN);
        }
        Signal signal = Samples.open(MAIN, AFTER);
        store.write(MAIN, signal);
        if (!store.read(MAIN).equals(Optional.of(signal))) {
            return Optional.of("it does not keep what is written then");
        }
        ClosedSignal ended = Samples.closed(signal);
        store.end(ended);
        boolean left = store.read(MAIN).isEmpty()
                && store.tradeLog().orElseThrow().trades(MAIN).equals(said.with(ended).trades(MAIN));
        return left ? Optional.empty() : Optional.of("it does not let a position go then");
    }
}
