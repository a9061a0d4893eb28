package io.backtestkit.laboratory.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.laboratory.Run;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.testkit.StoreOpener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class KillsTest {

    private static final int SLICE = 4;

    @Test
    void killedOwnersAndServersAndSleepersLoseNothingOnAnyStore() {
        try (Kills kills = new Kills(SLICE)) {
            PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
            Tally tally = new Run(kills, 4, null, nowhere).run();
            assertThat(tally.bad()).isEmpty();
            assertThat(tally.triedCount()).isEqualTo(4 * SLICE + 2 + 4);
        }
    }

    @Test
    void everyKindOfCaseIsThereOftenEnough() {
        try (Kills kills = new Kills(1_000)) {
            assertThat(kills.cases()).doesNotHaveDuplicates().hasSize(4 * 40 + 2 * 10 + 4 * 20);
        }
    }

    @Test
    void aStoreThatAcknowledgesTooEarlyIsFoundByKillingOwnersAndServers() {
        assertThat(found("client/files/1", 10, WrongStores.AcknowledgesTooEarly.class))
                .contains("acknowledged was");
        // what it acknowledged is missing, or comes so late that its owner has been succeeded
        assertThat(found("server/redis/1", 50, WrongStores.AcknowledgesTooEarly.class))
                .containsAnyOf("acknowledged was", "it throws io.backtestkit.store.ClaimLostException");
    }

    @Test
    void aStoreThatTakesStaleEpochsIsFoundByKillingAndByWakingOwners() {
        assertThat(found("client/files/1", 1, WrongStores.TakesStaleEpochs.class))
                .contains("a late write of an old owner was accepted");
        assertThat(found("paused/redis/1", 1, WrongStores.TakesStaleEpochs.class))
                .contains("an owner that was succeeded went on");
    }

    @Test
    void aStoreThatGivesAnEpochTwiceIsFoundByKillingAnOwner() {
        assertThat(found("client/files/1", 1, WrongStores.KeepsEpochs.class)).contains("the epoch was 1 after 1");
    }

    private static String found(String name, int size, Class<? extends StoreOpener> opener) {
        try (Kills kills = new Kills(size, opener)) {
            Tally tally = new Tally();
            kills.run(name, tally);
            return tally.bad().toString();
        }
    }

    @Test
    void aStoreThatFreesTheSlotInTheMiddleOfAChangeIsFoundByKillingAtCalls() {
        assertThat(killedAtSteps("files/overwrite", WrongStores.FreesFirst.class)
                        .bad())
                .singleElement()
                .asString()
                .contains("files/overwrite@step-2", "found was signal 0 and 0 ended");
        assertThat(killedAtSteps("files/end", WrongStores.FreesFirst.class).bad())
                .singleElement()
                .asString()
                .contains("files/end@step-2", "found was signal 0 and 0 ended");
    }

    @Test
    void aStoreThatMakesAChangeInOneStepIsRightWhereverItIsKilledAtCalls() {
        for (String name : List.of("files/overwrite", "files/end")) {
            Tally tally = killedAtSteps(name, WrongStores.ChangesInOneStep.class);
            assertThat(tally.bad()).isEmpty();
            assertThat(tally.triedCount()).as("before it, and after it").isEqualTo(2);
        }
    }

    private static Tally killedAtSteps(String name, Class<? extends StoreOpener> opener) {
        try (KillsAtCalls kills = new KillsAtCalls(new ToldSteps(), opener)) {
            Tally tally = new Tally();
            kills.run(name, tally);
            return tally;
        }
    }

    @Test
    void withoutTheTracerKillsAtCallsAreListedAndSayWhatToInstallWhenTheyAreRun() {
        try (KillsAtCalls kills =
                new KillsAtCalls(new Tracer("strace-that-is-not-there"), StoreOpener.ByLocation.class)) {
            assertThat(kills.cases()).contains("files/overwrite");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> kills.run("files/overwrite", new Tally()))
                    .withMessageContaining("apt-get install strace");
        }
    }
}
