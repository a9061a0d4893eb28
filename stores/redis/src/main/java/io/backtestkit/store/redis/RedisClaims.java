package io.backtestkit.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.UnreadableSignalException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the claim of each slot in its fence, as {@link RedisSignalStore} shows it. */
final class RedisClaims implements Claims {

    static final String FENCE = "fence";

    /** How often a question is asked anew that others of this process overtook. */
    private static final int QUESTIONS = 100;

    private static final byte[] TO_RELEASE = RedisChanges.digits(0);

    private final SharedConnection connection;
    private final RedisNames names;
    private final RedisChanges changes;

    RedisClaims(SharedConnection connection, RedisNames names, RedisChanges changes) {
        this.connection = connection;
        this.names = names;
        this.changes = changes;
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return claim(key, null, owner, lease);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        return claim(dead.key(), dead, owner, lease);
    }

    private ClaimAnswer claim(SignalKey key, @Nullable Claim dead, String owner, Duration lease) {
        Claim.requireOwner(key, owner);
        Claims.requireLease(key, lease);
        Request request = Request.changing("claim signal", key);
        for (int question = 0; question < QUESTIONS; question++) {
            RedisAnswer answer = RedisAnswer.of(changes.slot(RedisScripts.CLAIM, key, dead)
                    .argument(owner.getBytes(UTF_8))
                    .argument(RedisChanges.digits(lease.toMillis()))
                    .answer(connection, request));
            switch (answer.kind()) {
                case "GRANTED" -> {
                    return new ClaimAnswer.Granted(answer.claim(key).orElseThrow());
                }
                case "HELD" -> {
                    return new ClaimAnswer.Held(answer.claim(key).orElseThrow());
                }
                case "AGAIN" -> {}
                default -> throw answer.failure(connection.store(), request, null);
            }
        }
        throw StoreUnavailableException.notSent(
                request.failed(connection.store(), "others of this process claimed it meanwhile", "Ask again."), null);
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        Claims.requireLease(claim.key(), lease);
        Request request = Request.changing("renew the claim of signal", claim.key());
        RedisAnswer answer = renewed(request, claim, RedisChanges.digits(lease.toMillis()));
        if (!answer.isDone()) {
            throw answer.failure(connection.store(), request, claim);
        }
        return answer.claim(claim.key()).orElseThrow();
    }

    @Override
    public void release(Claim claim) {
        Request request = Request.changing("release signal", claim.key());
        RedisAnswer answer = renewed(request, claim, TO_RELEASE);
        if (!answer.isDone() && !answer.kind().equals("LOST")) {
            throw answer.failure(connection.store(), request, claim);
        }
    }

    private RedisAnswer renewed(Request request, Claim claim, byte[] millis) {
        return RedisAnswer.of(changes.slot(RedisScripts.RENEW, claim.key(), claim)
                .argument(millis)
                .answer(connection, request));
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        Request request = Request.reading("read the claim of signal", key);
        Map<String, byte[]> fields = connection.call(request, redis -> redis.hgetall(names.name(FENCE, key)));
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        List<byte[]> parts = new ArrayList<>();
        parts.add(RedisNames.slot(key).getBytes(US_ASCII));
        for (String name : List.of("epoch", "owner", "until", "version", "recent")) {
            parts.add(fields.getOrDefault(name, new byte[0]));
        }
        if (!Arrays.equals(RedisRecord.sum(parts.toArray(new byte[0][])), fields.get("sum"))) {
            throw RedisFailures.unreadable(
                    request, connection.store(), "the checksum of its fence does not fit what it says", null);
        }
        String owner = new String(parts.get(2), UTF_8);
        return owner.isEmpty()
                ? Optional.empty()
                : Optional.of(new Claim(key, owner, number(parts.get(1)), Instant.ofEpochMilli(number(parts.get(3)))));
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, US_ASCII));
    }

    @Override
    public void write(Claim claim, Signal signal) {
        signal.requireKey(claim.key());
        changes.write(claim, signal);
    }

    @Override
    public void delete(Claim claim) {
        changes.delete(claim, claim.key());
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        ended.signal().requireKey(claim.key());
        changes.end(claim, ended);
    }

    /** Looks at every fence, and lists the claims in force at that time of the server. */
    List<StoreFinding> check(RedisKeyspace keyspace, Instant now) {
        List<StoreFinding> findings = new ArrayList<>();
        for (SignalKey key : keyspace.keys(Request.ofStore("list the claims of"), FENCE)) {
            String subject = "claim of " + key;
            try {
                holder(key)
                        .filter(claim -> now.isBefore(claim.until()))
                        .ifPresent(claim -> findings.add(StoreFinding.ok(
                                subject,
                                "epoch " + claim.epoch() + ", held by " + claim.owner() + " until " + claim.until())));
            } catch (UnreadableSignalException e) {
                findings.add(StoreFinding.damaged(subject, e.found(), e.advice()));
            }
        }
        return findings;
    }
}
