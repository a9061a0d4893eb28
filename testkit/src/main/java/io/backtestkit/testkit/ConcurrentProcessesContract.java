package io.backtestkit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Other processes on a place that nothing has opened before. A fixture that names none declares a store that lives and dies
 * with its process: then it is not durable, and opened twice it is two stores.
 */
@Tag("concurrent-processes")
@Timeout(value = 10, unit = TimeUnit.MINUTES) // there may be many of them on few processors
abstract class ConcurrentProcessesContract extends StoreContract {

    private static final int PROCESSES = Integer.getInteger("backtestkit.processes", 4);
    private static final int ROUNDS = 8;
    private static final int SESSIONS = 2;
    private static final int LAST_ROUND = SESSIONS * ROUNDS;
    private static final int WRITES_BEFORE_THE_KILL = 40;

    ConcurrentProcessesContract(Supplier<StoreFixture> fixtures) {
        super(fixtures);
    }

    @Override
    @BeforeEach
    void openStore() {
        openFixture();
    }

    private static List<String> writers() {
        return IntStream.range(0, PROCESSES).mapToObj(i -> "p" + i).toList();
    }

    private static List<StoreProcess> start(OtherProcesses how) {
        List<StoreProcess> processes = new ArrayList<>();
        writers().forEach(writer -> processes.add(StoreProcess.start(how, writer)));
        processes.forEach(process -> assertThat(process.answer()).isEqualTo("ready"));
        return processes;
    }

    /** Orders it of all of them at once, and returns their answers. */
    private static List<String> all(List<StoreProcess> processes, String order) {
        processes.forEach(process -> process.order(order));
        return processes.stream().map(StoreProcess::answer).toList();
    }

    private void assertLivesAndDiesHere() {
        assertThat(fixture().durable())
                .as("durable(), where no other process can open the store; a durable store declares otherProcesses()")
                .isFalse();
        open();
        store().write(KEY, SampleSignals.openLong(KEY).build());
        try (SignalStore second = fixture().open()) {
            assertThat(second.read(KEY)).as("read by a second store").isEmpty();
        }
    }

    @Test
    void allThatOpenAnEmptyPlaceAtOnceSucceedAndLoseNothing() {
        Optional<OtherProcesses> how = fixture().otherProcesses();
        if (how.isEmpty()) {
            assertLivesAndDiesHere();
            return;
        }
        List<StoreProcess> processes = start(how.get());
        try {
            for (int session = 1; session <= SESSIONS; session++) {
                List<String> worked = how.get().oneAtATime() ? workInTurn(processes) : workAtOnce(processes);
                assertThat(worked).hasSize(PROCESSES).containsOnly("worked " + session * ROUNDS);
            }
        } finally {
            processes.forEach(StoreProcess::close);
        }
        open();
        assertWorkIsThere();
    }

    private static List<String> workAtOnce(List<StoreProcess> processes) {
        assertThat(all(processes, "open")).as("opening one place at once").containsOnly("opened");
        List<String> worked = List.of();
        for (int half = 0;
                half < 2;
                half++) { // so that at the second look a store may remember what it saw at the first
            worked = all(processes, "work " + ROUNDS / 2);
            assertThat(worked).as("as many writes by each").containsOnly(worked.get(0));
            String written = worked.get(0).substring("worked ".length());
            assertThat(all(processes, "look " + written + " " + String.join(" ", writers())))
                    .as("reading what the others have written")
                    .containsOnly("looked");
        }
        assertThat(all(processes, "close")).containsOnly("closed");
        return worked;
    }

    /** One has the place, the others are refused; when it lets go, another one has it. */
    private static List<String> workInTurn(List<StoreProcess> processes) {
        List<String> worked = new ArrayList<>();
        List<StoreProcess> waiting = new ArrayList<>(processes);
        while (!waiting.isEmpty()) {
            List<String> answers = all(waiting, "open");
            assertThat(answers).as("opening at once what one process can have").containsOnlyOnce("opened");
            assertThat(answers).filteredOn(answer -> !answer.equals("opened")).allSatisfy(answer -> assertThat(answer)
                    .startsWith(StoreProcessMain.FAILED + StoreRefusedException.class.getSimpleName()));
            StoreProcess owner = waiting.remove(answers.indexOf("opened"));
            worked.add(owner.ask("work " + ROUNDS));
            assertThat(owner.ask("close")).isEqualTo("closed");
        }
        return worked;
    }

    private void assertWorkIsThere() {
        List<SignalKey> held = new ArrayList<>(List.of(StoreProcessMain.SHARED));
        for (String writer : writers()) {
            held.add(StoreProcessMain.own(writer));
            assertHolds(MarkedSignals.marked(StoreProcessMain.own(writer), writer, LAST_ROUND));
            assertFree(StoreProcessMain.freed(writer));
        }
        Stream<Signal> lastWrites =
                writers().stream().map(writer -> MarkedSignals.marked(StoreProcessMain.SHARED, writer, LAST_ROUND));
        assertThat(store().read(StoreProcessMain.SHARED).orElseThrow())
                .as("the slot all have written, where only the last write of one of them can be left")
                .isIn(lastWrites.toList());
        assertLists(held);
        assertTradesAreThere();
    }

    /** Whoever ends a signal of the next round has been told before that the last one is logged. */
    private void assertTradesAreThere() {
        withLog(log -> {
            assertThat(log.trades(StoreProcessMain.ENDED_BY_ALL))
                    .as("what all have ended")
                    .isEqualTo(history(StoreProcessMain::endedByAll));
            List<EndedSignal> trades = log.trades(StoreProcessMain.ENDED);
            assertThat(trades).as("what each has ended in one slot").hasSize(PROCESSES * LAST_ROUND);
            for (String writer : writers()) {
                assertThat(trades)
                        .as("what %s has ended there, in its order", writer)
                        .containsSubsequence(history(round -> StoreProcessMain.ended(writer, round)));
            }
            assertThat(log.loggedKeys())
                    .containsExactlyInAnyOrder(StoreProcessMain.ENDED, StoreProcessMain.ENDED_BY_ALL);
        });
    }

    private static List<EndedSignal> history(LongFunction<EndedSignal> ended) {
        return LongStream.rangeClosed(1, LAST_ROUND).mapToObj(ended).toList();
    }

    @Test
    void aProcessKilledInMidWriteLosesNothingItWasToldIsWritten() {
        Optional<OtherProcesses> how = fixture().otherProcesses();
        if (how.isEmpty()) {
            assertLivesAndDiesHere();
            return;
        }
        long acknowledged = 0;
        try (StoreProcess process = StoreProcess.start(how.get(), "killed")) {
            assertThat(process.answer()).isEqualTo("ready");
            assertThat(process.ask("open")).isEqualTo("opened");
            process.order("write");
            while (acknowledged < WRITES_BEFORE_THE_KILL) {
                acknowledged = Long.parseLong(process.answer());
            }
            process.kill();
            for (@Nullable String more = process.answerOrEnd(); more != null; more = process.answerOrEnd()) {
                acknowledged = Long.parseLong(more);
            }
        }
        open();
        SignalKey key = StoreProcessMain.own("killed");
        Signal found = store().read(key).orElseThrow(() -> new AssertionError("nothing is left"));
        assertThat(MarkedSignals.isWhole(found)).as("%s is whole", found).isTrue();
        assertThat(MarkedSignals.write(found))
                .as("the last write, of which at most one more than acknowledged was begun")
                .isBetween(fixture().durable() ? acknowledged : 1, acknowledged + 1);
        // not read once more: a server may carry out the last request of the killed only now
        assertThat(found).isEqualTo(MarkedSignals.marked(key, "killed", MarkedSignals.write(found)));
    }
}
