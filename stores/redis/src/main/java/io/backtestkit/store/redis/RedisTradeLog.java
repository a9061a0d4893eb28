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
import java.util.Set;
import java.util.TreeSet;

/** The lists of trades, read a page at a time. */
final class RedisTradeLog implements TradeLog {

    static final String LIST = "trades";
    static final String IDS = "traded";

    private static final int PAGE = 500;

    /** How often list and ids are compared that differ: a trade may be logged in between. */
    private static final int LOOKS = 3;

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
        List<byte[]> entries;
        try {
            entries = connection.call(request, redis -> redis.lrange(names.name(LIST, key), first, last));
        } catch (UnreadableSignalException e) {
            throw RedisFailures.unloggable(request, connection.store(), "its trade log is not a list", e);
        }
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
                String list = names.name(LIST, key);
                String which = first < 0 ? "the last entry" : "entry " + (first + i);
                String found = which + " of the list " + list + " is damaged: " + e.getMessage();
                String advice = "Restore " + list + " from a backup; meanwhile exits are still logged.";
                throw new UnreadableSignalException(request.failed(connection.store(), found, advice), e);
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

    /** Reads every entry, and compares each list with its set of ids, be there only one of the two. */
    List<StoreFinding> check() {
        Request request = Request.ofStore("list the trades of");
        Set<SignalKey> keys = new TreeSet<>(keyspace.keys(request, LIST));
        keys.addAll(keyspace.keys(request, IDS));
        return keys.stream().map(this::checked).toList();
    }

    private StoreFinding checked(SignalKey key) {
        String subject = "trades of " + key;
        String advice = "Restore " + names.name(LIST, key) + " and " + names.name(IDS, key) + " from one backup.";
        Request request = Request.reading("count the trades of", key);
        try {
            int read = 0;
            long ids = 0;
            for (int look = 0; look < LOOKS; look++) {
                read = trades(key).size();
                ids = connection.call(request, redis -> redis.scard(names.name(IDS, key)));
                if (ids == read) {
                    return StoreFinding.readable(key, read);
                }
            }
            return StoreFinding.damaged(subject, "the log has " + read + " entries, its set of ids " + ids, advice);
        } catch (UnreadableSignalException e) {
            return StoreFinding.damaged(subject, e.found(), advice);
        }
    }
}
