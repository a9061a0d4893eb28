package io.backtestkit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InMemoryClaimsTest {

    private static final SignalKey KEY = TestSignals.KEY;
    private static final Duration LEASE = Duration.ofSeconds(30);

    private Instant now = Instant.parse("2026-01-15T09:30:00Z");
    private final InMemorySignalStore store = new InMemorySignalStore(() -> now);
    private final Claims claims = store.claims().orElseThrow();
    private final Signal signal = TestSignals.open("a");

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private Claim granted(String owner) {
        assertThat(claims.claim(KEY, owner, LEASE)).isInstanceOf(ClaimAnswer.Granted.class);
        return claims.holder(KEY).orElseThrow();
    }

    @Test
    void aSecondOwnerIsToldWhoHasTheSlotUntilWhen() {
        Claim first = granted("first");
        assertThat(first).isEqualTo(new Claim(KEY, "first", 1, now.plus(LEASE)));
        assertThat(claims.claim(KEY, "second", LEASE)).isEqualTo(new ClaimAnswer.Held(first));
    }

    @Test
    void aClaimWhoseLeaseHasRunOutPassesToWhoeverAsksAndTheOldOneIsRefused() {
        Claim first = granted("first");
        pass(LEASE);
        Claim second = granted("second");
        assertThat(second.epoch()).isEqualTo(2);
        claims.write(second, signal);
        assertThatThrownBy(() -> claims.delete(first))
                .isInstanceOf(ClaimLostException.class)
                .hasMessageContaining("Cannot delete signal breakout/BTCUSDT")
                .hasMessageContaining("its epoch was 2, held by second until "
                        + "2026-01-15T09:31:00Z; this claim had epoch 1. Stop trading it here at once.");
        assertThatThrownBy(() -> claims.write(first, signal)).isInstanceOf(ClaimLostException.class);
        assertThatThrownBy(() -> claims.renew(first, LEASE)).isInstanceOf(ClaimLostException.class);
        assertThat(store.read(KEY)).contains(signal);
    }

    @Test
    void anOwnerNobodySucceededMayRenewAfterItsLeaseRanOut() {
        Claim first = granted("first");
        pass(LEASE.multipliedBy(3));
        claims.write(first, signal);
        Claim renewed = claims.renew(first, LEASE);
        assertThat(renewed.until()).isEqualTo(now.plus(LEASE));
        assertThat(claims.claim(KEY, "second", LEASE)).isEqualTo(new ClaimAnswer.Held(renewed));
    }

    @Test
    void theSameOwnerIsGrantedANewEpochAndItsOlderOneIsRefused() {
        Claim first = granted("first");
        assertThat(granted("first").epoch()).isEqualTo(2);
        assertThatThrownBy(() -> claims.write(first, signal)).isInstanceOf(ClaimLostException.class);
    }

    @Test
    void aDeadOwnersClaimIsTakenOverUnlessItWasSucceeded() {
        Claim first = granted("first");
        assertThat(claims.takeOver(first, "second", LEASE)).isInstanceOf(ClaimAnswer.Granted.class);
        Claim second = claims.holder(KEY).orElseThrow();
        assertThat(second.epoch()).isEqualTo(2);
        assertThat(claims.takeOver(first, "third", LEASE)).isEqualTo(new ClaimAnswer.Held(second));
    }

    @Test
    void epochsGrowAlsoWhenTheClaimWasReleased() {
        Claim first = granted("first");
        claims.release(first);
        claims.release(first);
        assertThat(claims.holder(KEY)).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> claims.write(first, signal))
                .isInstanceOf(ClaimLostException.class)
                .hasMessageContaining("the claim was released");
        assertThat(granted("second").epoch()).isEqualTo(2);
        claims.release(first);
        assertThat(claims.holder(KEY)).isPresent();
    }

    @Test
    void aChangeWithoutAClaimIsRefusedWhileALeaseRuns() {
        granted("first");
        assertThatThrownBy(() -> store.write(KEY, signal))
                .isInstanceOf(ClaimLostException.class)
                .hasMessageContaining("it was held by first until "
                        + "2026-01-15T09:30:30Z. Stop that owner first, or wait until its lease has run out.");
        assertThatThrownBy(() -> store.delete(KEY)).isInstanceOf(ClaimLostException.class);
        pass(LEASE);
        store.write(KEY, signal);
        assertThat(store.read(KEY)).contains(signal);
    }

    @Test
    void ownersAndLeasesThatCannotBeAreRefused() {
        for (String owner : new String[] {"", " ", "a\nb", "x".repeat(201), "\uD83D"}) {
            assertThatThrownBy(() -> claims.claim(KEY, owner, LEASE)).isInstanceOf(IllegalArgumentException.class);
        }
        for (Duration lease : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(2)}) {
            assertThatThrownBy(() -> claims.claim(KEY, "first", lease))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the lease was " + lease);
        }
        assertThat(claims.holder(KEY)).isEmpty();
    }

    @Test
    void aClaimedStoreChangesItsOwnSlotOnly() {
        Claim claim = granted("first");
        try (SignalStore claimed = new ClaimedSignalStore(store, claim)) {
            claimed.write(KEY, signal);
            assertThat(claimed.read(KEY)).contains(signal);
            claimed.delete(KEY);
            assertThat(store.read(KEY)).isEmpty();
            assertThatThrownBy(() -> claimed.delete(new SignalKey("breakout", "ETHUSDT")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the claim was of breakout/BTCUSDT");
        }
    }
}
