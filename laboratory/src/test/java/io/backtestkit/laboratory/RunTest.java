package io.backtestkit.laboratory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {

    private static final PrintStream NOWHERE =
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);

    /** Ten cases of three trials each; one of them may go wrong or not run at all. */
    private static class Ten implements Experiment {
        final Set<String> run = new ConcurrentSkipListSet<>();
        String bad = "";
        String broken = "";
        String forbidden = "";

        @Override
        public String name() {
            return "ten";
        }

        @Override
        public String unit() {
            return "things";
        }

        @Override
        public List<String> cases() {
            return List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        }

        @Override
        public void run(String name, Tally tally) {
            if (name.equals(broken)) {
                throw new IllegalStateException("it broke");
            }
            if (name.equals(forbidden)) {
                tally.notRun(name, "no right to");
                return;
            }
            run.add(name);
            tally.tried(3);
            if (name.equals(bad)) {
                tally.bad(name, "wrong");
            }
        }
    }

    @Test
    void everyCaseIsRunAndCounted() {
        Ten ten = new Ten();
        Tally tally = new Run(ten, 3, null, NOWHERE).run();
        assertThat(tally.triedCount()).isEqualTo(30);
        assertThat(tally.bad()).isEmpty();
        assertThat(ten.run).hasSize(10);
    }

    @Test
    void whatIsDoneIsCountedAsItEnds() {
        CountDownLatch others = new CountDownLatch(9);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream telling = new PrintStream(out, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                super.println(line);
                others.countDown();
            }
        };
        Ten noting = new Ten() {
            @Override
            public void run(String name, Tally tally) {
                super.run(name, tally);
                if (!name.equals("0")) {
                    tally.note(name);
                    return;
                }
                try {
                    assertThat(others.await(1, TimeUnit.MINUTES))
                            .as("the others are told of while the first goes on")
                            .isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };

        assertThat(new Run(noting, 2, null, telling).run().triedCount()).isEqualTo(30);
    }

    @Test
    void anInterruptedRunGoesOnWhereItWasAndCountsTheWhole(@TempDir Path folder) {
        Checkpoint checkpoint = new Checkpoint(folder.resolve("deep/ten.done"));
        Ten first = new Ten();
        first.broken = "9";
        assertThatThrownBy(() -> new Run(first, 1, checkpoint, NOWHERE).run())
                .hasMessageContaining("Cannot run case 9 of ten");
        Ten second = new Ten();
        assertThat(new Run(second, 2, checkpoint, NOWHERE).run().triedCount()).isEqualTo(30);
        assertThat(second.run).containsExactly("9");
        assertThat(folder.resolve("deep/ten.done"))
                .as("a whole run leaves nothing")
                .doesNotExist();
    }

    @Test
    void aCaseThatWentWrongIsTriedAgain(@TempDir Path folder) {
        Checkpoint checkpoint = new Checkpoint(folder.resolve("ten.done"));
        Ten first = new Ten();
        first.bad = "4";
        assertThat(new Run(first, 2, checkpoint, NOWHERE).run().bad()).containsExactly(new Tally.Bad("4", "wrong"));
        Ten second = new Ten();
        assertThat(new Run(second, 2, checkpoint, NOWHERE).run().bad()).isEmpty();
        assertThat(second.run).containsExactly("4");
    }

    @Test
    void aLineThatAKillTornOffDoesNotCount(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("ten.done");
        Files.writeString(file, "3\t0\n3\t1\n3\t");
        Ten ten = new Ten();
        assertThat(new Run(ten, 2, new Checkpoint(file), NOWHERE).run().triedCount())
                .isEqualTo(30);
        assertThat(ten.run).hasSize(8);
    }

    @Test
    void aCaseThatCouldNotBeRunIsToldAndTriedAgain(@TempDir Path folder) {
        Path file = folder.resolve("ten.done");
        Ten ten = new Ten();
        ten.forbidden = "4";
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        Tally tally = new Run(ten, 2, new Checkpoint(file), new PrintStream(told, true, StandardCharsets.UTF_8)).run();
        assertThat(tally.notRun()).containsExactly(new Tally.NotRun("4", "no right to"));
        assertThat(tally.triedCount()).isEqualTo(27);
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("NOT RUN 4: no right to");
        assertThat(new Run(new Ten(), 2, new Checkpoint(file), NOWHERE).run().triedCount())
                .isEqualTo(30);
    }
}
