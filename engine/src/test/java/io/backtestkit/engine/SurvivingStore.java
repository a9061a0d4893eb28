package io.backtestkit.engine;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps signals, encoded, in maps that outlive the kit that uses it, and says that it is durable: what it holds when a run is
 * broken off is what a real store would hold when the process is killed there. Ends signals in the two steps of the default.
 * Names every call in the order they come, and lets a test interfere with each.
 */
class SurvivingStore implements SignalStore, TradeLog {

    /** Looks at each call, {@code read}, {@code last}, {@code write}, {@code append} or {@code delete}, and may throw. */
    interface Interference {

        default void before(String call) {}

        default void after(String call) {}
    }

    private static final Interference NONE = new Interference() {};

    private final Map<SignalKey, String> signals = new TreeMap<>();
    private final Map<SignalKey, List<String>> log = new TreeMap<>();
    private final List<String> calls = new ArrayList<>();
    private volatile Interference interference = NONE;

    void interfere(Interference with) {
        interference = with;
    }

    void obey() {
        interference = NONE;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Looks without being counted or interfered with. */
    synchronized Optional<Signal> stored(SignalKey key) {
        return Optional.ofNullable(signals.get(key)).map(SignalCodec::decode);
    }

    private synchronized void call(String name, Runnable change) {
        calls.add(name);
        interference.before(name);
        change.run();
        interference.after(name);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        call("write", () -> signals.put(key, SignalCodec.encode(signal)));
    }

    @Override
    public synchronized Optional<Signal> read(SignalKey key) {
        call("read", () -> {});
        return stored(key);
    }

    @Override
    public void delete(SignalKey key) {
        call("delete", () -> signals.remove(key));
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(this);
    }

    @Override
    public void append(EndedSignal ended) {
        call("append", () -> {
            SignalKey key = ended.signal().key();
            if (logged(key, Instant.MIN, Instant.MAX).stream().noneMatch(ended::sameSignalAs)) {
                log.computeIfAbsent(key, absent -> new ArrayList<>()).add(SignalCodec.encodeEnded(ended));
            }
        });
    }

    @Override
    public synchronized List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        call("trades", () -> {});
        return logged(key, from, to);
    }

    private List<EndedSignal> logged(SignalKey key, Instant from, Instant to) {
        return log.getOrDefault(key, List.of()).stream()
                .map(SignalCodec::decodeEnded)
                .filter(ended ->
                        !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                .toList();
    }

    @Override
    public synchronized Optional<EndedSignal> last(SignalKey key) {
        call("last", () -> {});
        List<String> all = log.getOrDefault(key, List.of());
        return all.isEmpty() ? Optional.empty() : Optional.of(SignalCodec.decodeEnded(all.get(all.size() - 1)));
    }

    @Override
    public synchronized List<SignalKey> loggedKeys() {
        return List.copyOf(log.keySet());
    }

    @Override
    public String describe() {
        return "surviving:";
    }
}
