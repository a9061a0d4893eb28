package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.SignalFormatException;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.TradeLog;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lists of trades, read a page at a time. */
final class RedisTradeLog implements TradeLog {

    static final String LIST = "trades";
    static final String IDS = "traded";

    private static final int PAGE = 500;

    private final SharedConnection connection;
    private final RedisNames names;
    private final RedisKeyspace keyspace;

    RedisTradeLog(SharedConnection connection, RedisNames names, RedisKeyspace keyspace) {
        this.connection = connection;
        this.names = names;
        this.keyspace = keyspace;
    }

    @Override
    public void append(EndedSignal ended) {
        SignalKey key = ended.signal().key();
        Request request = Request.changing("log ended signal", key);
        RedisScripts.Run run = new RedisScripts.Run(RedisScripts.APPEND)
                .key(names.name(LIST, key))
                .key(names.name(IDS, key))
                .argument(RedisNames.slot(key).getBytes(US_ASCII))
                .argument(RedisRecord.id(ended))
                .argument(RedisRecord.entry(ended));
        RedisAnswer answer = RedisAnswer.of(run.answer(connection, request));
        if (!answer.isDone()) {
            throw answer.failure(connection.store(), request, null);
        }
    }

    @Override
    public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
        List<EndedSignal> trades = new ArrayList<>();
        for (int start = 0; ; start += PAGE) {
            List<EndedSignal> page = page(key, start, start + PAGE - 1L);
            page.stream()
                    .filter(ended ->
                            !ended.endedAt().isBefore(from) && ended.endedAt().isBefore(to))
                    .forEach(trades::add);
            if (page.size() < PAGE) {
                return List.copyOf(trades);
            }
        }
    }

    @Override
    public Optional<EndedSignal> last(SignalKey key) {
        return page(key, -1, -1).stream().findFirst();
    }

    private List<EndedSignal> page(SignalKey key, long first, long last) {
        Request request = Request.reading("read the trades of", key);
        List<byte[]> entries = connection.call(request, redis -> redis.lrange(names.name(LIST, key), first, last));
        List<EndedSignal> trades = new ArrayList<>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            try {
                EndedSignal ended = RedisRecord.ended(key, entries.get(i));
                if (!ended.signal().key().equals(key)) {
                    throw new SignalFormatException(
                            "it is a trade of " + ended.signal().key());
                }
                trades.add(ended);
            } catch (SignalFormatException e) {
                String found = "entry " + (first + i) + " of the list " + names.name(LIST, key) + " is damaged: "
                        + e.getMessage();
                throw RedisFailures.unreadable(request, connection.store(), found, e);
            }
        }
        return trades;
    }

    @Override
    public List<SignalKey> loggedKeys() {
        return List.copyOf(keyspace.keys(Request.ofStore("list the trades of"), LIST));
    }

    @Override
    public void discard(SignalKey key) {
        long unused = connection.call(
                Request.changing("discard the trades of", key),
                redis -> redis.del(names.name(LIST, key), names.name(IDS, key)));
    }

    /** Reads every entry, and compares each list with its set of ids. */
    List<StoreFinding> check() {
        List<StoreFinding> findings = new ArrayList<>();
        for (SignalKey key : loggedKeys()) {
            String subject = "trades of " + key;
            Request request = Request.reading("count the trades of", key);
            try {
                int read = trades(key).size();
                long ids = connection.call(request, redis -> redis.scard(names.name(IDS, key)));
                if (ids == read) {
                    findings.add(StoreFinding.readable(key, read));
                } else {
                    findings.add(StoreFinding.damaged(
                            subject,
                            "the log has " + read + " entries, its set of ids " + ids,
                            "Restore " + names.name(LIST, key) + " and " + names.name(IDS, key) + " from one backup."));
                }
            } catch (UnreadableSignalException e) {
                findings.add(StoreFinding.damaged(subject, e.found(), "Restore the list from a backup."));
            }
        }
        return findings;
    }
}
