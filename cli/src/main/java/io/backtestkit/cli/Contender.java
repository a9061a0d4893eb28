package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of those that are measured side by side. The signals it is asked for are numbered from 0. Any thread may call. */
interface Contender {

    void write(int number) throws Exception;

    /** @throws CommandFailure if nothing is there */
    void read(int number) throws Exception;

    void delete(int number) throws Exception;

    /** Writes those from the first number up to, not including, the last. */
    void writeAll(int first, int last) throws Exception;

    /** Makes one request that begins with that signal, of as many as there are. */
    default void make(StoreRequest request, int first, int last) throws Exception {
        switch (request) {
            case WRITE -> write(first);
            case READ -> read(first);
            case DELETE -> delete(first);
            case BATCHED_WRITE -> writeAll(first, last);
        }
    }

    /** The store as a program uses it. */
    record Ours(SignalStore store, List<Signal> signals) implements Contender {

        @Override
        public void write(int number) {
            Signal signal = signals.get(number);
            store.write(signal.key(), signal);
        }

        @Override
        public void read(int number) {
            if (store.read(signals.get(number).key()).isEmpty()) {
                throw CommandFailure.runFailed("Cannot measure " + store.describe() + ": signal "
                        + signals.get(number).key() + " was written and is not there. Do not trade on this store.");
            }
        }

        @Override
        public void delete(int number) {
            store.delete(signals.get(number).key());
        }

        @Override
        public void writeAll(int first, int last) {
            Map<SignalKey, Signal> batch = new LinkedHashMap<>();
            signals.subList(first, last).forEach(signal -> batch.put(signal.key(), signal));
            store.writeAll(batch);
        }
    }

    /** The bare driver with the same content, encoded beforehand. */
    record Bare(BareStore store, List<byte[]> json) implements Contender {

        private static String name(int number) {
            return "S" + number;
        }

        @Override
        public void write(int number) throws Exception {
            store.write(name(number), json.get(number));
        }

        @Override
        public void read(int number) throws Exception {
            if (store.read(name(number)).length == 0) {
                throw CommandFailure.runFailed("Cannot measure the bare driver: what was written under '" + name(number)
                        + "' is not there. Do not trade on this server.");
            }
        }

        @Override
        public void delete(int number) throws Exception {
            store.delete(name(number));
        }

        @Override
        public void writeAll(int first, int last) throws Exception {
            Map<String, byte[]> batch = new LinkedHashMap<>();
            for (int number = first; number < last; number++) {
                batch.put(name(number), json.get(number));
            }
            store.writeAll(batch);
        }
    }
}
