package io.backtestkit.cli;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** One of those that are measured side by side. The signals it is asked for are numbered from 0. Any thread may call. */
interface Contender {

    /** A request that is ready to be made, once. */
    interface Call {

        /** @throws CommandFailure if it was not done, though it should have been */
        void make() throws Exception;
    }

    /** Prepares a request for the signals from the first number up to, not including, the last; all but a batch take one. */
    Call prepare(StoreRequest request, int first, int last);

    /** The store as a program uses it. */
    record Ours(SignalStore store, List<Signal> signals) implements Contender {

        @Override
        public Call prepare(StoreRequest request, int first, int last) {
            Signal signal = signals.get(first);
            SignalKey key = signal.key();
            return switch (request) {
                case WRITE -> () -> store.write(key, signal);
                case READ -> () -> require(store.read(key).isPresent(), key);
                case DELETE -> () -> store.delete(key);
                case BATCHED_WRITE -> {
                    Map<SignalKey, Signal> batch = new LinkedHashMap<>();
                    signals.subList(first, last).forEach(each -> batch.put(each.key(), each));
                    yield () -> store.writeAll(batch);
                }
            };
        }

        private void require(boolean found, SignalKey key) {
            if (!found) {
                throw CommandFailure.runFailed("Cannot measure " + store.describe() + ": signal " + key
                        + " was written and is not there. Do not trade on this store.");
            }
        }
    }

    /** The bare driver with the requests of the store, on other slots. */
    record Same(SameRequests requests, List<Signal> signals) implements Contender {

        @Override
        public Call prepare(StoreRequest request, int first, int last) {
            Signal signal = signals.get(first);
            Callable<Boolean> call =
                    switch (request) {
                        case WRITE -> requests.write().apply(signal);
                        case READ -> requests.read().apply(signal.key());
                        case DELETE -> requests.delete().apply(signal.key());
                        case BATCHED_WRITE -> requests.writeAll().apply(signals.subList(first, last));
                    };
            return () -> {
                if (!call.call()) {
                    throw CommandFailure.runFailed("Cannot measure the bare driver: the server did not carry out the "
                            + request + " of signal " + signal.key() + ". See that nothing else changes its slot.");
                }
            };
        }
    }

    /** The bare driver with the same content, encoded beforehand. */
    record Plain(BareStore store, List<byte[]> json) implements Contender {

        private static String name(int number) {
            return "S" + number;
        }

        @Override
        public Call prepare(StoreRequest request, int first, int last) {
            String name = name(first);
            return switch (request) {
                case WRITE -> () -> store.write(name, json.get(first));
                case READ -> () -> require(store.read(name), name);
                case DELETE -> () -> store.delete(name);
                case BATCHED_WRITE -> {
                    Map<String, byte[]> batch = new LinkedHashMap<>();
                    for (int number = first; number < last; number++) {
                        batch.put(name(number), json.get(number));
                    }
                    yield () -> store.writeAll(batch);
                }
            };
        }

        private static void require(byte[] found, String name) {
            if (found.length == 0) {
                throw CommandFailure.runFailed("Cannot measure the bare driver: what was written under '" + name
                        + "' is not there. Do not trade on this server.");
            }
        }
    }
}
