package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A correct store on a {@link ToyServer}. The wrong stores of the network's tests each change one thing in it. */
class ToyStore implements SignalStore, TradeLog {

    /** Where a store connects to, as whom, and how long it waits. */
    record Address(String host, int port, String user, int timeoutMillis) {}

    private record Line(Socket socket, BufferedReader in, OutputStream out) {}

    private final Address address;
    private @Nullable Line line;

    ToyStore(Address address) {
        this.address = address;
    }

    /** Connects for the first time. */
    ToyStore opened() {
        ask(StoreFailure.of("open store", describe(), "", ""), false, "keys", "-", "-");
        return this;
    }

    /** How long an answer is waited for; 0 for ever. */
    int timeoutMillis() {
        return address.timeoutMillis();
    }

    /** What to throw when a request was sent and its answer did not come. */
    RuntimeException unanswered(StoreFailure failure, boolean changes, IOException cause) {
        return changes ? StoreUnavailableException.unknown(failure, cause) : notSent(failure, cause);
    }

    /** What to throw when the server says no. */
    SignalStoreException denied(StoreFailure failure) {
        return new StoreRefusedException(failure, null);
    }

    /** How often a request is sent before it is given up. */
    int attempts() {
        return 1;
    }

    /** Says whether a connection on which that went wrong is to be used no more. */
    boolean breaks(IOException e) {
        return true;
    }

    private void drop() {
        Line broken = line;
        line = null;
        try {
            if (broken != null) {
                broken.socket.close();
            }
        } catch (IOException e) {
            return; // it is of no more use in any case
        }
    }

    static StoreUnavailableException notSent(StoreFailure failure, IOException cause) {
        return StoreUnavailableException.notSent(failure, cause);
    }

    private Line connected() throws IOException {
        Line present = line;
        if (present == null) {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(address.host(), address.port()), timeoutMillis());
            socket.setSoTimeout(timeoutMillis());
            present = new Line(
                    socket,
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)),
                    socket.getOutputStream());
            line = present;
        }
        return present;
    }

    private synchronized String ask(StoreFailure act, boolean changes, String verb, String key, String content) {
        byte[] request =
                (address.user() + " " + verb + " " + key + " " + content + " .\n").getBytes(StandardCharsets.UTF_8);
        for (int attempt = 1; ; attempt++) {
            Line to;
            try {
                to = connected();
            } catch (IOException e) {
                throw notSent(found(act, e.toString()), e);
            }
            try {
                to.out().write(request);
                String answer = to.in().readLine();
                if (answer == null) {
                    throw new IOException("the connection was closed");
                }
                if (answer.equals(ToyServer.DENIED)) {
                    throw denied(found(act, "the user may only read"));
                }
                throwIfRefused(act, answer);
                return answer;
            } catch (IOException e) {
                if (breaks(e)) {
                    drop();
                }
                if (attempt >= attempts()) {
                    throw unanswered(found(act, e.toString()), changes, e);
                }
            }
        }
    }

    private static void throwIfRefused(StoreFailure act, String answer) {
        if (answer.startsWith(ToyServer.LOST)) {
            String found = ToyServer.decoded(answer.substring(ToyServer.LOST.length()));
            throw new ClaimLostException(found(act, found), null);
        }
        if (answer.startsWith(ToyServer.UNREADABLE)) {
            String found = ToyServer.decoded(answer.substring(ToyServer.UNREADABLE.length()));
            throw new UnreadableSignalException(found(act, found), null);
        }
    }

    private static StoreFailure found(StoreFailure act, String found) {
        return new StoreFailure(act.act(), act.key(), act.store(), found, "Look at the network and the server.");
    }

    final String ask(String act, SignalKey key, boolean changes, String verb, String content) {
        return ask(StoreFailure.of(act, key, describe(), "", ""), changes, verb, ToyServer.word(key), content);
    }

    private String[] list(String act, String verb) {
        return words(ask(StoreFailure.of(act, describe(), "", ""), false, verb, "-", "-"));
    }

    private static String[] words(String answer) {
        String words = answer.substring("list=".length());
        return words.isEmpty() ? new String[0] : words.split(",");
    }

    private Optional<Signal> open(String act, SignalKey key) {
        return envelope(act, key).map(SignalEnvelope::signal);
    }

    final Optional<SignalEnvelope> envelope(String act, SignalKey key) {
        String answer = ask(act, key, false, "get", "-");
        if (answer.equals(ToyServer.NONE)) {
            return Optional.empty();
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(answer.substring("record=".length()));
            SignalEnvelope envelope = SignalEnvelope.open(sealed);
            if (!envelope.signal().key().equals(key)) {
                throw new SignalFormatException(
                        "it is the signal of " + envelope.signal().key());
            }
            return Optional.of(envelope);
        } catch (SignalFormatException e) {
            throw new UnreadableSignalException(
                    StoreFailure.of(act, key, describe(), String.valueOf(e.getMessage()), "Set it aside."), e);
        }
    }

    final void put(SignalKey key, Signal signal) {
        put(new SignalEnvelope(signal, 0));
    }

    final void put(SignalEnvelope envelope) {
        String sealed = Base64.getUrlEncoder().encodeToString(envelope.seal());
        ask("write signal", envelope.signal().key(), true, "put", sealed);
    }

    @Override
    public void write(SignalKey key, Signal signal) {
        signal.requireKey(key);
        open("write signal", key);
        put(key, signal);
    }

    @Override
    public Optional<Signal> read(SignalKey key) {
        return open("read signal", key);
    }

    @Override
    public void delete(SignalKey key) {
        open("delete signal", key);
        ask("delete signal", key, true, "delete", "-");
    }

    @Override
    public Set<SignalKey> keys() {
        return Arrays.stream(list("list the keys of", "keys"))
                .map(ToyServer::key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public List<StoreFinding> keyless() {
        return Arrays.stream(list("list the keys of", "keyless"))
                .map(record -> SealedMapStore.nobodys(Base64.getUrlDecoder().decode(record)))
                .toList();
    }

    @Override
    public void end(EndedSignal ended) {
        ask("end signal", ended.signal().key(), true, "end", ToyServer.encoded(SignalCodec.encodeEnded(ended)));
    }

    @Override
    public Optional<Claims> claims() {
        return Optional.of(new ToyClaims(this));
    }

    @Override
    public Optional<String> setAside(SignalKey key) {
        String answer = ask("set aside signal", key, true, "aside", "-");
        return answer.equals(ToyServer.NONE) ? Optional.empty() : Optional.of("memory of the server");
    }

    @Override
    public Optional<String> setAside(SignalKey key, Signal replacement) {
        replacement.requireKey(key);
        String sealed = Base64.getUrlEncoder().encodeToString(new SignalEnvelope(replacement, 0).seal());
        String answer = ask("set aside signal", key, true, "replace", sealed);
        return answer.equals(ToyServer.NONE) ? Optional.empty() : Optional.of("memory of the server");
    }

    /** Ends whatever the slot holds: for the mistake of looking first. */
    final void endWhatever(EndedSignal ended) {
        String json = ToyServer.encoded(SignalCodec.encodeEnded(ended));
        ask("end signal", ended.signal().key(), true, "unfenced.end", json);
    }

    /** Ends what the slot holds if it has that version, and says whether it has. */
    final boolean endVersion(EndedSignal ended, long version) {
        String content = ToyServer.encoded(version + "\n" + SignalCodec.encodeEnded(ended));
        return ask("end signal", ended.signal().key(), true, "unfenced.endVersion", content)
                .equals("done");
    }

    final boolean sawDamaged(SignalKey key) {
        try {
            open("set aside signal", key);
            return false;
        } catch (UnreadableSignalException e) {
            return true;
        }
    }

    /** Sets the record aside, be it damaged or not, as above. */
    final Optional<String> setAsideWhatever(SignalKey key, String replacement) {
        ask("set aside signal", key, true, "unfenced.aside", replacement);
        return Optional.of("memory of the server");
    }

    @Override
    public Optional<TradeLog> tradeLog() {
        return Optional.of(this);
    }

    @Override
    public void append(EndedSignal ended) {
        String json = ToyServer.encoded(SignalCodec.encodeEnded(ended));
        ask("log signal", ended.signal().key(), true, "log", json);
    }

    @Override
    public void discard(SignalKey key) {
        ask("discard the trades of", key, true, "discard", "-");
    }

    /** Replaces the whole log of a slot: for the mistake of reading it first. */
    final void putTrades(SignalKey key, List<EndedSignal> trades) {
        String words = trades.stream()
                .map(ended -> ToyServer.encoded(SignalCodec.encodeEnded(ended)))
                .collect(Collectors.joining(","));
        ask("log signal", key, true, "unfenced.trades", words);
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        return Arrays.stream(words(ask("read the trades of", key, false, "trades", "-")))
                .map(word -> trade(key, ToyServer.decoded(word)))
                .filter(ended ->
                        !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                .toList();
    }

    private EndedSignal trade(SignalKey key, String json) {
        try {
            return SignalCodec.decodeEnded(json);
        } catch (SignalFormatException e) {
            String found = String.valueOf(e.getMessage());
            throw new UnreadableSignalException(
                    StoreFailure.of("read the trades of", key, describe(), found, "Mend it."), e);
        }
    }

    @Override
    public List<SignalKey> loggedKeys() {
        return Arrays.stream(list("list the logs of", "logged"))
                .map(ToyServer::key)
                .toList();
    }

    @Override
    public String describe() {
        return "toy://" + address.host() + ":" + address.port();
    }

    /** Works on after it was closed, over a new connection. */
    @Override
    public synchronized void close() {
        drop();
    }
}
