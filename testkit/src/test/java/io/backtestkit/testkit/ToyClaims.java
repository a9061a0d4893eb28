package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalCodec;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;

/**
 * The claims of a {@link ToyStore}, given by its server. The content of a request is lines: owner, epoch, and what the verb
 * needs; the answer has the same lines.
 */
class ToyClaims implements Claims {

    private static final String HELD = "held=";
    private static final String GRANTED = "granted=";

    final ToyStore store;

    ToyClaims(ToyStore store) {
        this.store = store;
    }

    private static String lines(Claim claim, Object more) {
        return claim.owner() + "\n" + claim.epoch() + "\n" + more;
    }

    final String ask(String act, SignalKey key, String verb, String content) {
        return store.ask(act, key, !verb.equals("holder"), "claims." + verb, ToyServer.encoded(content));
    }

    private static Claim claim(SignalKey key, String answer) {
        String[] lines =
                ToyServer.decoded(answer.substring(answer.indexOf('=') + 1)).split("\n", 3);
        return new Claim(key, lines[0], Long.parseLong(lines[1]), Instant.ofEpochMilli(Long.parseLong(lines[2])));
    }

    private static String told(String kind, Claim claim) {
        return kind + ToyServer.encoded(lines(claim, claim.until().toEpochMilli()));
    }

    /** Does on the server what a client asks for. */
    static String answer(SealedMapStore kept, String verb, SignalKey key, String content) {
        String[] lines = content.split("\n", 4);
        Claims claims = kept.sealedClaims();
        if (verb.equals("holder")) {
            return claims.holder(key).map(claim -> told(GRANTED, claim)).orElse(ToyServer.NONE);
        }
        Claim claim = new Claim(key, lines[0], Long.parseLong(lines[1]), Instant.EPOCH);
        switch (verb) {
            case "claim" -> {
                Duration lease = Duration.ofMillis(Long.parseLong(lines[2]));
                ClaimAnswer answer = claims.takeOver(claim, lines[3], lease);
                return told(answer instanceof ClaimAnswer.Granted ? GRANTED : HELD, answer.claim());
            }
            case "renew" -> {
                return told(GRANTED, claims.renew(claim, Duration.ofMillis(Long.parseLong(lines[2]))));
            }
            case "release" -> claims.release(claim);
            case "write" -> claims.write(claim, SignalCodec.decode(lines[2]));
            case "delete" -> claims.delete(claim);
            case "unfenced.write" -> {
                Optional<Claim> owners =
                        claims.holder(key).filter(holder -> holder.owner().equals(claim.owner()));
                claims.write(owners.orElse(claim), SignalCodec.decode(lines[2]));
            }
            case "unfenced.end" -> {
                claims.delete(claim);
                kept.append(SignalCodec.decodeEnded(lines[2]));
            }
            case "end" -> claims.end(claim, SignalCodec.decodeEnded(lines[2]));
            default -> {
                return "unknown";
            }
        }
        return "done";
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        Claim nobodys = new Claim(key, "nobody", Long.MAX_VALUE, Instant.EPOCH);
        return takeOver(nobodys, owner, lease);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        Claim.requireOwner(dead.key(), owner);
        Claims.requireLease(dead.key(), lease);
        String answer = ask("claim signal", dead.key(), "claim", lines(dead, lease.toMillis() + "\n" + owner));
        Claim claim = claim(dead.key(), answer);
        return answer.startsWith(HELD) ? new ClaimAnswer.Held(claim) : new ClaimAnswer.Granted(claim);
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        Claims.requireLease(claim.key(), lease);
        return claim(
                claim.key(), ask("renew the claim of signal", claim.key(), "renew", lines(claim, lease.toMillis())));
    }

    @Override
    public void release(Claim claim) {
        ask("release signal", claim.key(), "release", lines(claim, ""));
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        String answer = ask("read the claim of signal", key, "holder", "");
        return answer.equals(ToyServer.NONE) ? Optional.empty() : Optional.of(claim(key, answer));
    }

    @Override
    public void write(Claim claim, Signal signal) {
        signal.requireKey(claim.key());
        ask("write signal", claim.key(), "write", lines(claim, SignalCodec.encode(signal)));
    }

    @Override
    public void delete(Claim claim) {
        ask("delete signal", claim.key(), "delete", lines(claim, ""));
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        ended.signal().requireKey(claim.key());
        ask("end signal", claim.key(), "end", lines(claim, SignalCodec.encodeEnded(ended)));
    }

    /** Asks whether the claim is the slot's and then changes it as if it still were: in two requests, on purpose. */
    static class Unfenced extends ToyClaims {

        Unfenced(ToyStore store) {
            super(store);
        }

        final void check(Claim claim) {
            Optional<Claim> holder = holder(claim.key());
            if (holder.filter(newest -> newest.epoch() == claim.epoch()).isEmpty()) {
                throw ClaimLostException.lost("change signal", claim, holder, store.describe());
            }
        }

        /** Ends under that claim whatever the slot holds. */
        final void endWhatever(Claim claim, EndedSignal ended) {
            ask("end signal", claim.key(), "unfenced.end", lines(claim, SignalCodec.encodeEnded(ended)));
        }

        /** Writes under whatever claim that owner has. */
        final void writeAsOwner(Claim claim, Signal signal) {
            signal.requireKey(claim.key());
            ask("write signal", claim.key(), "unfenced.write", lines(claim, SignalCodec.encode(signal)));
        }

        final void change(Claim claim, String verb, String content) {
            store.ask("change signal", claim.key(), true, verb, content);
        }

        /** Makes it the claim of its slot, whatever that has. */
        final Claim keep(SignalKey key, String owner, long epoch, Duration lease) {
            Instant until = Instant.now().plus(lease).truncatedTo(ChronoUnit.MILLIS);
            Claim claim = new Claim(key, owner, epoch, until);
            keep(claim, new SealedClaims.Kept(epoch, owner, until));
            return claim;
        }

        /** Gives it back, whatever its slot has. */
        final void keepReleased(Claim claim) {
            keep(claim, new SealedClaims.Kept(claim.epoch(), "", Instant.EPOCH));
        }

        private void keep(Claim claim, SealedClaims.Kept kept) {
            change(claim, "unfenced.claim", Base64.getUrlEncoder().encodeToString(kept.seal()));
        }
    }
}
