package io.backtestkit.laboratory.file;

import static io.backtestkit.laboratory.file.Samples.MAIN;

import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.laboratory.disk.Volume;
import io.backtestkit.signal.ClosedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.SignalStoreException;
import java.util.List;
import java.util.Optional;

/** Opens the real store on what a power cut left, compares what it says, and uses it. */
final class Examiner {

    private static final String AFTER = "after";

    private Examiner() {}

    /** Returns what is wrong; empty if nothing is. */
    static Optional<String> examine(Image image, List<Snapshot> possible, long epoch, byte[] kept) {
        Volume volume = new Volume(image);
        try (Hand hand = Hand.open(volume)) {
            Snapshot said = Snapshot.of(hand.store());
            if (!possible.contains(said)) {
                return Optional.of("it says " + said + ", possible is " + possible);
            }
            Optional<String> fault = use(hand, said, epoch);
            if (fault.isEmpty() && !volume.visible().holds(kept)) {
                return Optional.of("bytes that nobody could read are gone");
            }
            return fault;
        } catch (SignalStoreException e) {
            return Optional.of("it throws " + e);
        }
    }

    /** Whatever a crash left, the slot can be claimed, and a position taken and left again. */
    private static Optional<String> use(Hand hand, Snapshot said, long epoch) {
        if (said.isDamaged(MAIN)) {
            hand.release();
            hand.store().setAside(MAIN);
        }
        Claim claim = hand.take(AFTER);
        if (claim.epoch() <= epoch) {
            return Optional.of("its next epoch is " + claim.epoch() + ", " + epoch + " was given already");
        }
        Signal signal = Samples.open(MAIN, AFTER);
        hand.main().write(MAIN, signal);
        if (!hand.store().read(MAIN).equals(Optional.of(signal))) {
            return Optional.of("it does not keep what is written then");
        }
        ClosedSignal ended = Samples.closed(signal);
        hand.main().end(ended);
        boolean left = hand.store().read(MAIN).isEmpty()
                && hand.store()
                        .tradeLog()
                        .orElseThrow()
                        .trades(MAIN)
                        .equals(said.with(ended).trades(MAIN));
        return left ? Optional.empty() : Optional.of("it does not let a position go then");
    }
}
