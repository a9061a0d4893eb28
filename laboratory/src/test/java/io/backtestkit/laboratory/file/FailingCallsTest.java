package io.backtestkit.laboratory.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.Tally;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FailingCallsTest {

    private static final Logger STORES = Logger.getLogger("io.backtestkit.store");

    @BeforeAll
    static void beQuietAboutWhatFailuresLeave() {
        STORES.setLevel(Level.OFF);
    }

    @Test
    void everyCallOfAChangeMayFailInAnyWayAndNothingIsSilentLostOrBlocked() {
        FailingCalls experiment = new FailingCalls();
        Tally tally = new Tally();
        List.of("held/write", "held/delete", "held/end", "claimed/release", "damaged/replace").parallelStream()
                .forEach(name -> experiment.run(name, tally));
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isGreaterThan(400);
    }

    @Test
    void aTrialIsMadeAgainByItsName() {
        Tally tally = new Tally();
        new FailingCalls().run("held/write@7-enospc", tally);
        assertThat(tally.triedCount()).isEqualTo(1);
        assertThat(tally.bad()).isEmpty();
    }

    @Test
    void everyExperimentHasItsCasesInTheSameOrderEachTime() {
        assertThat(new FailingCalls().cases())
                .isEqualTo(new FailingCalls().cases())
                .doesNotHaveDuplicates();
        assertThat(new CrashStates(2).cases())
                .isEqualTo(new CrashStates(2).cases())
                .doesNotHaveDuplicates();
        assertThat(new PowerCuts(2).cases()).containsExactly("ext4/1", "ext4/2", "xfs/1", "xfs/2");
    }
}
