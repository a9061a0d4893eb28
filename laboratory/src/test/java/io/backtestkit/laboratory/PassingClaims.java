package io.backtestkit.laboratory;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.Claims;
import java.time.Duration;
import java.util.Optional;

/** Passes everything on; to be made wrong in one thing. */
public class PassingClaims implements Claims {

    /** Where it passes them on to. */
    protected final Claims claims;

    /** Passes on to these. */
    public PassingClaims(Claims claims) {
        this.claims = claims;
    }

    @Override
    public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
        return claims.claim(key, owner, lease);
    }

    @Override
    public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
        return claims.takeOver(dead, owner, lease);
    }

    @Override
    public Claim renew(Claim claim, Duration lease) {
        return claims.renew(claim, lease);
    }

    @Override
    public void release(Claim claim) {
        claims.release(claim);
    }

    @Override
    public Optional<Claim> holder(SignalKey key) {
        return claims.holder(key);
    }

    @Override
    public void write(Claim claim, Signal signal) {
        claims.write(claim, signal);
    }

    @Override
    public void delete(Claim claim) {
        claims.delete(claim);
    }

    @Override
    public void end(Claim claim, EndedSignal ended) {
        claims.end(claim, ended);
    }
}
