package io.backtestkit.testkit;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps what a {@link SealedMapStore} keeps, for clients on sockets. A request is a line of four words, user, verb, key and
 * content, each but the verb in Base64; so is the answer, without spaces. The verb of a claimed change has the claim in it,
 * as in {@link ToyClaims}. Of the user {@code reader} it takes no changes.
 */
final class ToyServer implements AutoCloseable {

    static final String READER = "reader";
    static final String NONE = "none";
    static final String DENIED = "denied";

    static final String LOST = "lost=";
    static final String UNREADABLE = "unreadable=";

    private static final Set<String> LOOKS = Set.of("get", "keys", "keyless", "trades", "logged", "holder");

    private final Place place;
    private final SealedMapStore kept;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listening;

    ToyServer(Place place) {
        this.place = place;
        kept = new SealedMapStore(place);
        listening = listen(NetworkProxy.listenOnAny());
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Ends as a process that is killed, and starts again on the same port with what it holds. */
    void restart() {
        int port = port();
        close();
        listening = listen(NetworkProxy.listenOn(port));
    }

    static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String decoded(String word) {
        return new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
    }

    static String word(SignalKey key) {
        return encoded(key.strategy()) + "." + encoded(key.symbol());
    }

    static SignalKey key(String word) {
        int point = word.indexOf('.');
        return new SignalKey(decoded(word.substring(0, point)), decoded(word.substring(point + 1)));
    }

    private ServerSocket listen(ServerSocket socket) {
        start(() -> accept(socket));
        return socket;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "toy server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                clients.add(client);
                start(() -> serve(client));
            }
        } catch (IOException e) {
            return; // it was closed
        }
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.endsWith(" .")) {
                    return; // cut off
                }
                String answer = answer(line.split(" ")) + "\n";
                client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return; // the client is gone
        } finally {
            clients.remove(client);
        }
    }

    private String answer(String[] words) {
        if (!LOOKS.contains(words[1]) && words[0].equals(READER)) {
            return DENIED;
        }
        try {
            synchronized (place) {
                return words[1].startsWith("claims.")
                        ? ToyClaims.answer(
                                kept, words[1].substring("claims.".length()), key(words[2]), decoded(words[3]))
                        : answer(words[1], words[2], words[3]);
            }
        } catch (ClaimLostException e) {
            return LOST + encoded(e.found());
        } catch (UnreadableSignalException e) {
            return UNREADABLE + encoded(e.found());
        }
    }

    private String answer(String verb, String word, String content) {
        switch (verb) {
            case "put", "unfenced.put" -> {
                if (verb.equals("put")) {
                    kept.sealedClaims().requireUnclaimed("write signal", key(word));
                }
                place.records.put(key(word), Base64.getUrlDecoder().decode(content));
            }
            case "unfenced.claim" ->
                place.claims.put(key(word), Base64.getUrlDecoder().decode(content));
            case "get" -> {
                byte[] record = place.records.get(key(word));
                return record == null
                        ? NONE
                        : "record=" + Base64.getUrlEncoder().encodeToString(record);
            }
            case "delete", "unfenced.delete" -> {
                if (verb.equals("delete")) {
                    kept.sealedClaims().requireUnclaimed("delete signal", key(word));
                }
                place.records.remove(key(word));
            }
            case "end" -> kept.end(SignalCodec.decodeEnded(decoded(content)));
            case "unfenced.end" -> {
                kept.delete(key(word));
                kept.append(SignalCodec.decodeEnded(decoded(content)));
            }
            case "unfenced.endVersion" -> {
                String[] lines = decoded(content).split("\n", 2);
                byte[] record = place.records.get(key(word));
                kept.sealedClaims().requireUnclaimed("end signal", key(word));
                if (record == null || SignalEnvelope.open(record).epoch() != Long.parseLong(lines[0])) {
                    return "changed";
                }
                kept.append(SignalCodec.decodeEnded(lines[1]));
                place.records.remove(key(word));
            }
            case "aside" -> {
                return kept.setAside(key(word)).isPresent() ? "done" : NONE;
            }
            case "unfenced.aside" -> {
                kept.sealedClaims().setAside(key(word));
                kept.sealedClaims().requireUnclaimed("set aside signal", key(word));
                kept.keepAside(key(word), place.records.remove(key(word)));
                if (!content.equals("-")) {
                    place.records.put(key(word), Base64.getUrlDecoder().decode(content));
                }
            }
            case "replace" -> {
                Signal right = SignalEnvelope.open(Base64.getUrlDecoder().decode(content))
                        .signal();
                return kept.setAside(key(word), right).isPresent() ? "done" : NONE;
            }
            case "keys" -> {
                return joined(place.records.keySet().stream().map(ToyServer::word));
            }
            case "keyless" -> {
                return joined(place.keyless.stream()
                        .map(record -> Base64.getUrlEncoder().encodeToString(record)));
            }
            case "log" -> kept.append(SignalCodec.decodeEnded(decoded(content)));
            case "discard" -> kept.discard(key(word));
            case "unfenced.trades" ->
                place.trades.put(
                        key(word),
                        Arrays.stream(content.split(","))
                                .map(entry -> Base64.getUrlDecoder().decode(entry))
                                .toList());
            case "trades" -> {
                return joined(place.trades.getOrDefault(key(word), List.of()).stream()
                        .map(entry -> Base64.getUrlEncoder().encodeToString(entry)));
            }
            case "logged" -> {
                return joined(place.trades.keySet().stream().map(ToyServer::word));
            }
            default -> {
                return "unknown";
            }
        }
        return "done";
    }

    private static String joined(Stream<String> words) {
        return "list=" + words.collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
