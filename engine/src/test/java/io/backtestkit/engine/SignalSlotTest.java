package io.backtestkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Marks;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignalSlotTest {

    private static final SignalKey KEY = SampleSignals.key();

    private final Signal open = SampleSignals.openLong(KEY).build();
    private final EndedSignal closed = SampleSignals.closed(open);
    private final SurvivingStore store = new SurvivingStore();
    private final SignalSlot slot = new SignalSlot(store, KEY, SlotClaim.none(store, KEY));

    private Signal heldSignal() {
        Held held = slot.held();
        assertThat(held).isNotNull();
        return Objects.requireNonNull(held).signal;
    }

    @Test
    void nothing_is_ready_before_it_was_restored() {
        assertThat(slot.ready()).isFalse();
        assertThat(slot.restore()).isEmpty();
        assertThat(slot.ready()).isTrue();
    }

    @Test
    void the_store_is_read_once_however_many_threads_ask_and_all_wait_for_it() throws Exception {
        store.write(KEY, open);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        store.interfere(new SurvivingStore.Interference() {
            @Override
            public void before(String call) {
                reading.countDown();
                try {
                    assertThat(answer.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Optional<Signal>>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(slot::restore));
            }
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(results).noneMatch(Future::isDone);
            answer.countDown();
            int found = 0;
            for (Future<Optional<Signal>> result : results) {
                found += result.get(30, TimeUnit.SECONDS).isPresent() ? 1 : 0;
            }
            assertThat(found).as("one of them is told what was found").isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.calls()).containsExactly("write", "read", "last");
        assertThat(heldSignal()).isEqualTo(open);
    }

    @Test
    void the_store_is_told_first_and_the_memory_second() {
        slot.restore();
        store.interfere(new SurvivingStore.Interference() {
            @Override
            public void before(String call) {
                assertThat(slot.held()).as("memory before " + call).isNull();
            }

            @Override
            public void after(String call) {
                assertThat(slot.held()).as("memory after " + call).isNull();
            }
        });
        slot.hold(open);
        assertThat(heldSignal()).isEqualTo(open);
    }

    @Test
    void an_end_is_logged_first_and_deleted_second() {
        slot.restore();
        slot.hold(open);
        slot.end(closed);
        assertThat(store.calls()).containsExactly("read", "last", "write", "read", "append", "delete");
        assertThat(slot.held()).isNull();
        assertThat(slot.lastEnded()).isEqualTo(closed);
        assertThat(slot.ready()).isTrue();
    }

    @Test
    void a_write_that_certainly_failed_changes_nothing() {
        slot.restore();
        store.interfere(Failing.down("write"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.hold(open));
        store.interfere(Failing.refusing("write"));
        assertThatExceptionOfType(StoreRefusedException.class).isThrownBy(() -> slot.hold(open));
        assertThat(slot.held()).isNull();
        assertThat(slot.ready()).isTrue();
    }

    @Test
    void a_write_of_unknown_outcome_that_was_done_is_found_by_reading_again() {
        slot.restore();
        store.interfere(Failing.unknownDone("write"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.hold(open));
        assertThat(slot.ready()).isFalse();
        store.obey();
        assertThat(slot.restore()).contains(open);
        assertThat(heldSignal()).isEqualTo(open);
        assertThat(slot.ready()).isTrue();
    }

    @Test
    void a_write_of_unknown_outcome_that_was_not_done_leaves_the_slot_free() {
        slot.restore();
        store.interfere(Failing.unknownNotDone("write"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.hold(open));
        store.obey();
        assertThat(slot.restore()).isEmpty();
        assertThat(slot.held()).isNull();
        assertThat(slot.ready()).isTrue();
    }

    @Test
    void an_exception_no_store_may_throw_leaves_the_outcome_unknown_too() {
        slot.restore();
        store.interfere(Failing.foreign(true, "write"));
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> slot.hold(open));
        assertThat(slot.ready()).isFalse();
        store.obey();
        assertThat(slot.restore()).contains(open);
    }

    @Test
    void a_position_that_was_left_is_left_though_the_store_is_down_and_the_store_is_told_later() {
        slot.restore();
        slot.hold(open);
        store.interfere(Failing.down("append"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.end(closed));
        assertThat(slot.held()).isNull();
        assertThat(slot.lastEnded()).isEqualTo(closed);
        assertThat(slot.ready()).isFalse();
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(slot::settle);
        store.interfere(Failing.down("delete"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(slot::settle);
        assertThat(slot.ready()).isFalse();
        store.obey();
        slot.settle();
        assertThat(slot.ready()).isTrue();
        assertThat(store.trades(KEY)).containsExactly(closed);
        assertThat(store.stored(KEY)).isEmpty();
    }

    @Test
    void marks_the_store_did_not_take_are_remembered_until_it_does() {
        slot.restore();
        slot.hold(open);
        store.interfere(Failing.down("write"));
        Marks marks = new Marks(1, -1);
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.mark(open, marks));
        assertThat(heldSignal().marks()).contains(marks);
        assertThat(slot.unwritten()).isTrue();
        assertThat(slot.ready()).as("the position goes on being managed").isTrue();
        store.obey();
        slot.mark(heldSignal(), marks);
        assertThat(slot.unwritten()).isFalse();
        assertThat(store.stored(KEY).orElseThrow().marks()).contains(marks);
    }

    @Test
    void a_read_that_failed_is_tried_again_by_the_next_call() {
        store.write(KEY, open);
        for (SurvivingStore.Interference failing : List.of(
                Failing.down("read"), Failing.down("last"), Failing.refusing("read"), Failing.unreadable("read"))) {
            store.interfere(failing);
            assertThatExceptionOfType(RuntimeException.class).isThrownBy(slot::restore);
            assertThat(slot.ready()).isFalse();
            assertThat(slot.held()).isNull();
        }
        store.interfere(Failing.unreadable("read"));
        assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(slot::restore);
        store.obey();
        assertThat(slot.restore()).contains(open);
    }

    @Test
    void an_end_that_was_logged_and_not_deleted_is_finished() {
        store.write(KEY, open);
        store.append(closed);
        assertThat(slot.restore()).isEmpty();
        assertThat(slot.held()).isNull();
        assertThat(slot.lastEnded()).isEqualTo(closed);
        assertThat(slot.tellsEnd()).as("nobody was told").isTrue();
        assertThat(slot.tellsEnd()).isFalse();
        assertThat(store.stored(KEY)).isEmpty();
    }

    /** Removes what is not touched in time, as a database does. */
    private static final class ExpiringStore extends SurvivingStore {

        private int touched;

        @Override
        public Optional<Duration> expireAbandonedAfter() {
            return Optional.of(Duration.ofHours(1));
        }

        @Override
        public void touch(SignalKey key) {
            touched++;
        }
    }

    @Test
    void what_is_restored_is_touched_at_once_where_abandoned_signals_expire() {
        ExpiringStore expiring = new ExpiringStore();
        new SignalSlot(expiring, KEY, SlotClaim.none(expiring, KEY)).restore();
        assertThat(expiring.touched).isZero();
        expiring.write(KEY, open);
        new SignalSlot(expiring, KEY, SlotClaim.none(expiring, KEY)).restore();
        assertThat(expiring.touched).isEqualTo(1);
    }

    @Test
    void what_expired_while_it_is_held_is_told_once_and_written_again() {
        ExpiringStore expiring = new ExpiringStore();
        SignalSlot keeping = new SignalSlot(expiring, KEY, SlotClaim.none(expiring, KEY));
        keeping.restore();
        keeping.hold(open);
        assertThat(keeping.keep()).isEmpty();
        expiring.delete(KEY);
        assertThat(keeping.keep()).contains(open);
        assertThat(keeping.keep()).isEmpty();
        keeping.settleAll();
        assertThat(expiring.stored(KEY)).contains(open);
        keeping.end(closed);
        assertThat(keeping.keep()).isEmpty();
    }

    @Test
    void a_scheduled_signal_that_expired_while_it_is_held_is_written_again_too() {
        ExpiringStore expiring = new ExpiringStore();
        SignalSlot keeping = new SignalSlot(expiring, KEY, SlotClaim.none(expiring, KEY));
        Signal scheduled = SampleSignals.scheduledShort(KEY).build();
        keeping.restore();
        keeping.hold(scheduled);
        expiring.delete(KEY);
        assertThat(keeping.keep()).contains(scheduled);
        keeping.settleAll();
        assertThat(expiring.stored(KEY)).contains(scheduled);
    }

    @Test
    void what_the_store_lost_before_a_change_of_unknown_outcome_is_written_again() {
        Signal scheduled = SampleSignals.scheduledShort(KEY).build();
        slot.restore();
        slot.hold(scheduled);
        store.delete(KEY);
        store.interfere(Failing.unknownNotDone("write"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.hold(scheduled));
        assertThat(slot.isDoubtful()).isTrue();
        store.obey();
        assertThat(slot.restore()).contains(scheduled);
        slot.settleAll();
        assertThat(store.stored(KEY)).contains(scheduled);
        assertThat(slot.isDoubtful()).isFalse();
    }

    @Test
    void marks_of_unknown_outcome_keep_nothing_from_being_decided_and_are_not_forgotten() {
        slot.restore();
        slot.hold(open);
        store.interfere(Failing.unknownNotDone("write"));
        assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> slot.mark(open, new Marks(2, -1)));
        assertThat(slot.ready()).isTrue();
        assertThat(slot.unwritten()).isTrue();
        store.obey();
        slot.rewrite();
        assertThat(store.stored(KEY)).contains(open.withMarks(new Marks(2, -1)));
    }

    private static Signal later() {
        return SampleSignals.openLong(KEY)
                .id("later")
                .createdAt(SampleSignals.AT.plusSeconds(3600))
                .openTimestamp(SampleSignals.AT.plusSeconds(3600))
                .build();
    }

    @Test
    void a_signal_that_ended_long_ago_is_not_taken_up_again() {
        EndedSignal last = SampleSignals.closed(later());
        store.append(closed);
        store.append(last);
        store.write(KEY, open); // an old copy came back, as an import may bring it
        slot.restore();
        assertThat(slot.held()).isNull();
        assertThat(slot.lastEnded()).isEqualTo(last);
        assertThat(store.stored(KEY)).isEmpty();
    }

    @Test
    void a_history_that_cannot_be_read_keeps_no_position_from_being_managed() {
        store.append(closed);
        store.write(KEY, later());
        store.interfere(Failing.unreadable("trades"));
        assertThat(slot.restore()).contains(later());
        assertThat(heldSignal()).isEqualTo(later());
    }

    @Test
    void of_a_history_whose_end_cannot_be_read_only_a_free_slot_is_kept_closed() {
        store.append(closed);
        store.write(KEY, later());
        store.interfere(Failing.unreadable("last", "trades"));
        assertThat(slot.restore()).contains(later());
        assertThat(slot.damagedHistory()).isPresent();
        assertThat(slot.ready()).isTrue();

        store.obey();
        store.delete(KEY);
        store.interfere(Failing.unreadable("last", "trades"));
        SignalSlot free = new SignalSlot(store, KEY, SlotClaim.none(store, KEY));
        assertThatExceptionOfType(UnreadableSignalException.class).isThrownBy(free::restore);
        assertThat(free.ready()).isFalse();
    }

    @Test
    void a_user_id_that_comes_again_is_another_signal() {
        Signal again = SampleSignals.openLong(KEY)
                .createdAt(SampleSignals.AT.plusSeconds(3600))
                .openTimestamp(SampleSignals.AT.plusSeconds(3600))
                .build();
        store.append(closed);
        store.write(KEY, again);
        assertThat(slot.restore()).contains(again);
        assertThat(heldSignal()).isEqualTo(again);
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"OPENING", "CLOSING"})
    void a_phase_only_a_broker_can_tell_about_is_refused_and_kept(Phase phase) {
        Signal signal = SampleSignals.in(phase, KEY).build();
        store.write(KEY, signal);
        assertThatIllegalArgumentException()
                .isThrownBy(slot::restore)
                .withMessageContaining("its phase is " + phase.code())
                .withMessageContaining("resolve");
        assertThat(slot.ready()).isFalse();
        assertThat(store.stored(KEY)).contains(signal);
    }
}
