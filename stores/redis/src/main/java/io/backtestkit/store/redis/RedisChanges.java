package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Changes slots, each request under this writer's id and a number of its own, with a claim or without one. */
final class RedisChanges {

    /** How many signals are sent together at most, and after how many bytes of them no more. */
    static final int SIGNALS_TOGETHER = 100;

    private static final int BYTES_TOGETHER = 256 * 1024;

    private static final byte[] NO_EPOCH = digits(0);
    private static final byte[] NO_OWNER = new byte[0];

    private final SharedConnection connection;
    private final RedisNames names;
    private final Duration longest;
    private final byte[] timeToLive;
    private final byte[] writer;
    private final AtomicLong latest = new AtomicLong();

    RedisChanges(SharedConnection connection, RedisNames names, RedisOptions options) {
        this.connection = connection;
        this.names = names;
        longest = options.commandTimeout();
        timeToLive =
                digits(options.expireAbandonedAfter().map(Duration::toMillis).orElse(0L));
        writer = Long.toHexString(ThreadLocalRandom.current().nextLong()).getBytes(US_ASCII);
    }

    static byte[] digits(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    void write(@Nullable Claim claim, Signal signal) {
        change(Request.changing("write signal", signal.key()), writing(claim, signal), claim);
    }

    /** Returns a run that writes one signal. */
    RedisScripts.Run writing(@Nullable Claim claim, Signal signal) {
        RedisScripts.Run run = writing(claim);
        addSignal(run, signal);
        return run;
    }

    /** Writes each signal whole or not at all, many of them by one script where they are on one server. */
    void writeAll(Collection<Signal> signals) {
        RedisPipeline pipeline = new RedisPipeline(connection, longest);
        List<RedisPipeline.Batch> sending = new ArrayList<>();
        int number = 0;
        int bytes = 0;
        for (Signal signal : signals) {
            if (sending.isEmpty() || names.clustered()) {
                sending.add(new RedisPipeline.Batch(writing(null)));
            }
            RedisPipeline.Batch batch = sending.get(sending.size() - 1);
            batch.requests().add(Request.changing("write signal", signal.key()));
            bytes += addSignal(batch.run(), signal);
            number++;
            if (number == SIGNALS_TOGETHER || bytes >= BYTES_TOGETHER) {
                pipeline.send(sending);
                sending = new ArrayList<>();
                number = 0;
                bytes = 0;
            }
        }
        pipeline.send(sending);
        pipeline.finish();
    }

    void delete(@Nullable Claim claim, SignalKey key) {
        change(Request.changing("delete signal", key), slot(RedisScripts.DELETE, key, claim), claim);
    }

    void end(@Nullable Claim claim, EndedSignal ended) {
        SignalKey key = ended.signal().key();
        RedisScripts.Run run = slot(RedisScripts.END, key, claim)
                .key(names.name(RedisTradeLog.LIST, key))
                .key(names.name(RedisTradeLog.IDS, key))
                .argument(RedisRecord.id(ended))
                .argument(RedisRecord.entry(ended));
        change(Request.changing("end signal", key), run, claim);
    }

    /** Returns a run of a script on one slot; what this script takes beyond the others is to be added. */
    RedisScripts.Run slot(RedisScripts script, SignalKey key, @Nullable Claim claim) {
        return withSlot(numbered(script, claim), RedisNames.slot(key));
    }

    private RedisScripts.Run numbered(RedisScripts script, @Nullable Claim claim) {
        return new RedisScripts.Run(script)
                .argument(RedisRecord.SCHEMA)
                .argument(writer)
                .argument(digits(latest.incrementAndGet()))
                .argument(claim == null ? NO_EPOCH : digits(claim.epoch()))
                .argument(claim == null ? NO_OWNER : claim.owner().getBytes(UTF_8));
    }

    private RedisScripts.Run withSlot(RedisScripts.Run run, String slot) {
        return run.key(names.name(RedisSignalStore.RECORD, slot))
                .key(names.name(RedisClaims.FENCE, slot))
                .argument(slot.getBytes(US_ASCII));
    }

    /** Returns what a script that writes one signal takes: its time to live, its digest, the signal. */
    List<byte[]> signal(Signal signal) {
        byte[] body = SignalCodec.encode(signal).getBytes(UTF_8);
        String slot = RedisNames.slot(signal.key());
        return List.of(timeToLive, RedisRecord.digest(slot, RedisRecord.SCHEMA, body), body);
    }

    /** Returns a run to which signals are to be added, each of another slot. */
    RedisScripts.Run writing(@Nullable Claim claim) {
        return numbered(RedisScripts.WRITE, claim).argument(timeToLive);
    }

    /** Returns how many bytes the signal has. */
    int addSignal(RedisScripts.Run run, Signal signal) {
        String slot = RedisNames.slot(signal.key());
        byte[] body = SignalCodec.encode(signal).getBytes(UTF_8);
        withSlot(run, slot)
                .argument(RedisRecord.digest(slot, RedisRecord.SCHEMA, body))
                .argument(body);
        return body.length;
    }

    private void change(Request request, RedisScripts.Run run, @Nullable Claim claim) {
        RedisAnswer answer = RedisAnswer.of(run.answer(connection, request));
        if (!answer.isDone()) {
            throw answer.failure(connection.store(), request, claim);
        }
    }
}
