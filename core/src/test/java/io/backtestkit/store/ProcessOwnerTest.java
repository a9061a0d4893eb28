package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessOwnerTest {

    /** Prints its owner's name and stays until its input ends. */
    static final class Other {
        public static void main(String[] arguments) throws IOException {
            System.out.println(ProcessOwner.name());
            System.in.transferTo(System.out);
        }
    }

    @Test
    void eachNameIsAnotherOwnerOfTheSameLivingProcess() {
        String one = ProcessOwner.name();
        assertThat(one).isNotEqualTo(ProcessOwner.name());
        Claim.requireOwner(new SignalKey("breakout", "BTCUSDT"), one);
        assertThat(one)
                .startsWith("process " + ProcessHandle.current().pid() + " on ")
                .contains(", started ");
        assertThat(ProcessOwner.isDead(one)).isFalse();
    }

    @Test
    void aProcessIsDeadOnceItWasKilledAndNotBefore() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String name = other.inputReader().readLine();
            assertThat(ProcessOwner.isDead(name)).isFalse();
            other.destroyForcibly();
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            boolean tellable = !name.contains("unknown");
            assertThat(ProcessOwner.isDead(name)).isEqualTo(tellable);
            assertThat(tellable).isEqualTo(System.getProperty("os.name").startsWith("Linux"));
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aProcessThatHasTheNumberOfAnEndedOneDoesNotPassForIt() {
        String mine = ProcessOwner.name();
        assertThat(ProcessOwner.isDead(mine.replaceFirst("-\\d+(-\\d+)$", "-7$1")))
                .isEqualTo(!mine.contains("unknown"));
    }

    @Test
    void nothingIsKnownOfProcessesElsewhereOrOfOtherOwners() {
        String mine = ProcessOwner.name();
        assertThat(ProcessOwner.isDead(mine.replaceFirst("[0-9a-f]{8}(-\\d+-\\d+)$", "00000000$1")))
                .isFalse();
        assertThat(ProcessOwner.isDead("the machine upstairs")).isFalse();
        assertThat(ProcessOwner.isDead("")).isFalse();
    }
}
