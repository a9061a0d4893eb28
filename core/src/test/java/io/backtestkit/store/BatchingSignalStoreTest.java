package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.CancelReason;
import io.backtestkit.signal.CancelledSignal;
import io.backtestkit.signal.Phase;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.BatchingSignalStore.Batching;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchingSignalStoreTest {

    private static final Batching THREE = new Batching(3, Duration.ofMillis(100), 5);

    private final List<Runnable> timer = new ArrayList<>();
    private final List<SignalStoreException> reported = new ArrayList<>();
    private final Receiving below = new Receiving();
    private final BatchingSignalStore store =
            new BatchingSignalStore(below, THREE, reported::add, (delay, task) -> timer.add(task));

    /** A store that counts the batches it takes, and takes none while it is down. */
    private static final class Receiving implements SignalStore {

        private final InMemorySignalStore memory = new InMemorySignalStore();
        private final List<Integer> batches = new ArrayList<>();
        private Optional<SignalKey> damaged = Optional.empty();
        private boolean down;
        private boolean closed;

        @Override
        public void write(SignalKey key, Signal signal) {
            refuseDamaged(List.of(key));
            memory.write(key, signal);
        }

        @Override
        public void writeAll(Map<SignalKey, Signal> signals) {
            if (down) {
                throw StoreUnavailableException.notSent(StoreFailure.of("write to", "test", "it was down", ""), null);
            }
            refuseDamaged(signals.keySet());
            batches.add(signals.size());
            memory.writeAll(signals);
        }

        private void refuseDamaged(Collection<SignalKey> keys) {
            if (damaged.filter(keys::contains).isPresent()) {
                throw new UnreadableSignalException(StoreFailure.of("write to", "test", "it was damaged", ""), null);
            }
        }

        @Override
        public Optional<Signal> read(SignalKey key) {
            return memory.read(key);
        }

        @Override
        public void delete(SignalKey key) {
            if (down) {
                throw StoreUnavailableException.notSent(StoreFailure.of("delete in", "test", "it was down", ""), null);
            }
            memory.delete(key);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void an_end_that_is_repeated_late_leaves_the_next_signal_in_the_queue() {
        Signal one = signal(1, "one");
        CancelledSignal ended =
                new CancelledSignal(one, CancelReason.USER, one.createdAt().plusSeconds(60));
        BatchingSignalStore over = new BatchingSignalStore(
                new InMemorySignalStore(), THREE, reported::add, (delay, task) -> timer.add(task));
        over.write(key(1), one);
        over.end(ended);
        over.write(key(1), signal(1, "two"));
        over.end(ended);
        assertThat(over.read(key(1))).contains(signal(1, "two"));
        over.flush();
        assertThat(over.read(key(1))).contains(signal(1, "two"));
    }

    @Test
    void what_a_queued_signal_replaced_is_not_there_again_when_that_one_has_ended() {
        BatchingSignalStore over = new BatchingSignalStore(
                new InMemorySignalStore(), THREE, reported::add, (delay, task) -> timer.add(task));
        over.write(key(1), signal(1, "one"));
        over.flush();
        Signal two = signal(1, "two");
        over.write(key(1), two);

        over.end(new CancelledSignal(two, CancelReason.USER, two.createdAt().plusSeconds(60)));

        assertThat(over.read(key(1))).isEmpty();
        over.flush();
        assertThat(over.read(key(1))).isEmpty();
    }

    @Test
    void an_outage_keeps_one_timer_however_often_a_key_is_written() {
        BatchingSignalStore each = new BatchingSignalStore(
                below, new Batching(1, Duration.ofMillis(100), 5), reported::add, (delay, task) -> timer.add(task));
        below.down = true;
        for (int i = 0; i < 100; i++) {
            each.write(key(1), signal(1, "a" + i));
        }
        assertThat(timer).hasSize(1);
        timer.remove(0).run();
        assertThat(timer).hasSize(1);
        below.down = false;
        timer.remove(0).run();
        assertThat(below.memory.read(key(1))).contains(signal(1, "a99"));
        assertThat(timer).isEmpty();
    }

    @Test
    void a_record_that_no_store_can_take_is_not_queued() {
        String part = "x".repeat(SignalCodec.LONGEST_RECORD / 4);
        Signal endless = signal(1, "a").toBuilder()
                .memo(Map.of("a", part, "b", part, "c", part, "d", part))
                .build();
        assertThatThrownBy(() -> store.write(key(1), endless)).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.read(key(1))).isEmpty();
        store.close();
        assertThat(below.closed).isTrue();
    }

    @Test
    void one_damaged_slot_does_not_keep_the_others_waiting() {
        below.damaged = Optional.of(key(2));
        write(1, "a");
        write(2, "b");
        write(3, "c");
        assertThat(reported).hasSize(1).first().isInstanceOf(UnreadableSignalException.class);
        assertThat(below.memory.keys()).containsExactly(key(1), key(3));
        below.damaged = Optional.empty();
        timer.remove(0).run();
        assertThat(below.memory.read(key(2))).contains(signal(2, "b"));
    }

    @Test
    void a_delete_that_fails_leaves_what_is_queued() {
        store.write(key(1), signal(1, "a"));
        store.flush();
        store.write(key(1), signal(1, "b"));
        below.down = true;
        assertThatThrownBy(() -> store.delete(key(1))).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.read(key(1))).contains(signal(1, "b"));
        below.down = false;
        store.delete(key(1));
        assertThat(store.read(key(1))).isEmpty();
    }

    @Test
    void an_end_that_fails_leaves_what_is_queued() {
        store.write(key(1), signal(1, "a"));
        below.down = true;
        CancelledSignal ended =
                new CancelledSignal(signal(1, "a"), CancelReason.TIMEOUT, Instant.ofEpochMilli(1_700_000_060_000L));
        assertThatThrownBy(() -> store.end(ended)).isInstanceOf(RuntimeException.class);
        assertThat(store.read(key(1))).contains(signal(1, "a"));
    }

    @Test
    void a_listener_that_throws_does_not_keep_the_batch_from_going_out_again() {
        BatchingSignalStore told = new BatchingSignalStore(
                below,
                THREE,
                failure -> {
                    throw new IllegalStateException("the log is full");
                },
                (delay, task) -> timer.add(task));
        told.write(key(1), signal(1, "a"));
        below.down = true;
        assertThatThrownBy(timer.remove(0)::run).isInstanceOf(IllegalStateException.class);
        below.down = false;
        timer.remove(0).run();
        assertThat(below.memory.read(key(1))).contains(signal(1, "a"));
    }

    private static SignalKey key(int number) {
        return new SignalKey("s" + number, "BTCUSDT");
    }

    private static Signal signal(int number, String id) {
        Instant now = Instant.ofEpochMilli(1_700_000_000_000L);
        return Signal.builder(key(number))
                .id(id)
                .phase(Phase.SCHEDULED)
                .priceOpen(BigDecimal.valueOf(100))
                .priceTakeProfit(BigDecimal.valueOf(102))
                .priceStopLoss(BigDecimal.valueOf(99))
                .createdAt(now)
                .scheduledAt(now)
                .build();
    }

    private void write(int number, String id) {
        store.write(key(number), signal(number, id));
    }

    @Test
    void a_full_batch_goes_out_at_once() {
        write(1, "a");
        write(2, "b");
        assertThat(below.batches).isEmpty();
        write(3, "c");
        assertThat(below.batches).containsExactly(3);
    }

    @Test
    void a_batch_that_never_fills_goes_out_with_the_timer() {
        write(1, "a");
        write(2, "b");
        assertThat(timer).hasSize(1);
        timer.get(0).run();
        assertThat(below.batches).containsExactly(2);
    }

    @Test
    void reads_see_the_queue_and_the_last_write_of_a_key_wins() {
        write(1, "old");
        write(1, "new");
        assertThat(store.read(key(1))).contains(signal(1, "new"));
        store.flush();
        assertThat(below.batches).containsExactly(1);
        assertThat(below.read(key(1))).contains(signal(1, "new"));
    }

    @Test
    void a_delete_takes_the_queued_write_away() {
        write(1, "a");
        store.delete(key(1));
        store.flush();
        assertThat(store.read(key(1))).isEmpty();
        assertThat(below.read(key(1))).isEmpty();
    }

    @Test
    void a_failed_flush_keeps_its_items_reports_and_goes_out_later() {
        below.down = true;
        write(1, "a");
        write(2, "b");
        write(3, "c");
        assertThat(reported).hasSize(1);
        assertThat(store.read(key(2))).contains(signal(2, "b"));
        below.down = false;
        timer.get(timer.size() - 1).run();
        assertThat(below.batches).containsExactly(3);
    }

    @Test
    void a_full_queue_refuses_the_next_key_and_keeps_the_others() {
        below.down = true;
        for (int i = 1; i <= 5; i++) {
            write(i, "a");
        }
        assertThatThrownBy(() -> write(6, "a")).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.read(key(6))).isEmpty();
        below.down = false;
        store.flush();
        assertThat(below.batches).containsExactly(5);
    }

    @Test
    void closing_flushes_and_a_close_that_could_not_flush_closes_nothing() {
        write(1, "a");
        below.down = true;
        assertThatThrownBy(store::close).isInstanceOf(StoreUnavailableException.class);
        assertThat(below.closed).isFalse();
        below.down = false;
        store.close();
        assertThat(below.closed).isTrue();
        assertThat(below.read(key(1))).contains(signal(1, "a"));
        assertThatThrownBy(() -> write(2, "b")).isInstanceOf(StoreRefusedException.class);
    }

    @Test
    void it_says_that_it_is_not_durable() {
        assertThat(store.durable()).isFalse();
    }
}
