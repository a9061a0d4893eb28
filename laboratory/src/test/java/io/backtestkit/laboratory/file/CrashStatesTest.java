package io.backtestkit.laboratory.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.Run;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.laboratory.disk.Image;
import io.backtestkit.signal.SignalEnvelope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CrashStatesTest {

    private static final Logger STORES = Logger.getLogger("io.backtestkit.store");

    @BeforeAll
    static void beQuietAboutWhatCrashesLeave() {
        STORES.setLevel(Level.OFF);
    }

    @Test
    void aPowerCutAtAnyMomentOfAnyActLeavesTheOldOrTheNewValue() {
        Tally tally = new Run(new CrashStates(1), 4, null, System.out).run();
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isGreaterThan(4_000);
    }

    @Test
    void aStateIsMadeAgainByItsName() {
        Tally tally = new Tally();
        new CrashStates(1).run("held/write#2.1", tally);
        assertThat(tally.triedCount()).isEqualTo(1);
        assertThat(tally.bad()).isEmpty();
    }

    @Test
    void everyForceOfAChangeIsMissedWhenItIsLeftOut() {
        DroppedForces experiment = new DroppedForces();
        List<String> places = experiment.cases();
        Set<String> changes = places.stream()
                .filter(place -> place.contains("RecordFiles.write") || place.contains("RecordFiles.delete"))
                .filter(place -> !place.contains("Quarantine"))
                .collect(Collectors.toSet());
        assertThat(changes)
                .as("content, folder and new folder of a write; folder of a delete")
                .hasSizeGreaterThan(3);
        Tally tally = new Tally();
        changes.forEach(place -> experiment.run(place, tally));
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isEqualTo(changes.size());
    }

    @Test
    void aPositionThatIsTornLostOrAliveAfterItsEndIsFound() {
        Image held = Base.HELD.make();
        Snapshot before = Base.HELD.snapshot();
        String record = Base.folder() + "breakout/BTCUSDT.json";
        byte[] whole = held.files().getOrDefault(record, new byte[0]);
        byte[] torn = whole.clone();
        torn[torn.length - 20] = 0;
        assertThat(examine(held, before)).isEmpty();
        assertThat(examine(held.with(record, torn), before)).isPresent();
        assertThat(examine(held, before.without(Samples.MAIN))).isPresent();
        assertThat(examine(Base.EMPTY.make(), before)).isPresent();
        assertThat(examine(Base.CLAIMED.make(), Base.CLAIMED.snapshot())).isEmpty();
        assertThat(Examiner.examine(Base.CLAIMED.make(), List.of(Base.CLAIMED.snapshot()), 2, new byte[0]))
                .as("an epoch that was given before")
                .isPresent();
    }

    @Test
    void aSlotThatIsFreeBetweenDamageAndItsReplacementIsFound() {
        Snapshot before = Base.DAMAGED.snapshot();
        List<Snapshot> possible = Act.REPLACE.outcomes(before, before, "right");
        Image damaged = Base.DAMAGED.make();
        String record = Base.folder() + "breakout/BTCUSDT.json";
        Map<String, byte[]> freed = new TreeMap<>(damaged.files());
        freed.remove(record);
        byte[] replaced = new SignalEnvelope(Samples.open(Samples.MAIN, "right"), 0).seal();
        assertThat(Examiner.examine(damaged, possible, 0, Base.DAMAGED.kept())).isEmpty();
        assertThat(Examiner.examine(damaged.with(record, replaced), possible, 0, new byte[0]))
                .isEmpty();
        assertThat(Examiner.examine(damaged.with(record, replaced), possible, 0, Base.DAMAGED.kept()))
                .as("no copy of the damaged bytes")
                .isPresent();
        assertThat(Examiner.examine(new Image(new TreeMap<>(freed)), possible, 0, new byte[0]))
                .isPresent();
    }

    private static Optional<String> examine(Image image, Snapshot possible) {
        return Examiner.examine(image, List.of(possible), 0, new byte[0]);
    }
}
