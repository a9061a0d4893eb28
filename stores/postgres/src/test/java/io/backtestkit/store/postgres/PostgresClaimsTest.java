package io.backtestkit.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is special to claims in a table: its rows, the server's clock, damage. */
class PostgresClaimsTest {

    private static final SignalKey KEY = Samples.KEY;
    private static final SignalKey OTHER = new SignalKey("reversal", "ETHUSDT");
    private static final Signal HELD = SampleSignals.openLong(KEY).build();
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final String NO_OWNER_AT_ALL = "\u2003";

    private final PostgresFixture fixture = new PostgresFixture(18, "");
    private final SignalStore store = fixture.open();
    private final Claims claims = store.claims().orElseThrow();

    @AfterEach
    void close() {
        store.close();
        fixture.close();
    }

    private static Claim granted(ClaimAnswer answer) {
        assertThat(answer).isInstanceOf(ClaimAnswer.Granted.class);
        return answer.claim();
    }

    private Claim granted(String owner) {
        return granted(claims.claim(KEY, owner, LEASE));
    }

    private void edit(String assignment) {
        fixture.server.execute("update " + fixture.quoted() + ".claims set " + assignment + " where owner is not null");
    }

    private String row() {
        return fixture.server
                .query("select concat_ws(' ', strategy_name, symbol, epoch, owner, until > clock_timestamp()) from "
                        + fixture.quoted() + ".claims")
                .orElseThrow();
    }

    @Test
    void theRowIsWhatOperatorsAreTold() {
        store.write(KEY, HELD);
        assertThat(row()).isEqualTo("breakout BTCUSDT 0");

        Claim claim = granted("first");
        assertThat(row()).isEqualTo("breakout BTCUSDT 1 first t");
        claims.write(claim, HELD);
        assertThat(fixture.server.query("select epoch from " + fixture.quoted() + ".signals"))
                .contains("1");
        assertThat(store.check())
                .contains(
                        StoreFinding.ok("claim of breakout/BTCUSDT", "epoch 1, held by first until " + claim.until()));

        claims.release(claim);
        assertThat(row()).isEqualTo("breakout BTCUSDT 1");
        assertThat(store.check()).noneMatch(finding -> finding.subject().startsWith("claim of"));
    }

    @Test
    void aLeaseRunsByTheClockOfTheServer() {
        Claim claim = granted("first");
        assertThat(fixture.server.query("select extract(epoch from until - clock_timestamp()) between 1 and 60 from "
                        + fixture.quoted() + ".claims"))
                .contains("t");
        assertThat(claim.until()).isEqualTo(claim.until().truncatedTo(ChronoUnit.MILLIS));
        assertThat(claims.claim(KEY, "second", LEASE)).isEqualTo(new ClaimAnswer.Held(claim));

        edit("until = clock_timestamp()");

        store.write(KEY, HELD);
        assertThat(granted("second").epoch()).isEqualTo(2);
    }

    @Test
    void anEpochIsNeverGivenTwice() {
        Claim claim = granted("first");
        claims.write(claim, HELD);
        claims.end(claim, SampleSignals.closed(HELD));
        claims.release(claim);
        store.write(KEY, HELD);
        store.delete(KEY);
        try (PostgresSignalStore again = PostgresSignalStore.open(fixture.location())) {
            assertThat(granted(again.claims().orElseThrow().claim(KEY, "second", LEASE))
                            .epoch())
                    .isEqualTo(2);
        }
    }

    @Test
    void theEpochInTheRecordCountsIfTheClaimsWereRestoredFromAnOlderBackup() {
        Claim claim = granted("first");
        claims.write(claim, HELD);
        edit("epoch = 1, owner = null, until = null");
        fixture.server.execute("update " + fixture.quoted() + ".signals set epoch = 7");

        store.write(KEY, HELD);

        assertThat(granted("second").epoch()).isEqualTo(8);
    }

    @Test
    void whileALeaseRunsNothingIsChangedWithoutIt() {
        Claim claim = granted("first");
        claims.write(claim, HELD);

        for (Runnable change : List.<Runnable>of(
                () -> store.write(KEY, HELD),
                () -> store.writeAll(
                        Map.of(KEY, HELD, OTHER, SampleSignals.openLong(OTHER).build())),
                () -> store.delete(KEY),
                () -> store.end(SampleSignals.closed(HELD)),
                () -> store.setAside(KEY))) {
            assertThatExceptionOfType(ClaimLostException.class)
                    .isThrownBy(change::run)
                    .withMessageContainingAll(KEY.toString(), "it was held by first until " + claim.until());
        }
        assertThat(store.keys()).containsExactly(KEY);
        assertThat(store.tradeLog().orElseThrow().trades(KEY)).isEmpty();
        assertThat(fixture.server.query("select version from " + fixture.quoted() + ".signals"))
                .contains("1");
    }

    @Test
    void aClaimedSignalIsNotAbandonedHoweverLongNobodyTouchedIt() {
        claims.write(granted("first"), HELD);
        store.write(OTHER, SampleSignals.openLong(OTHER).build());
        age();

        sweep();
        assertThat(store.keys()).containsExactly(KEY);

        edit("until = clock_timestamp() - interval '6 days'");
        sweep();
        assertThat(store.keys()).containsExactly(KEY);

        edit("until = clock_timestamp() - interval '8 days'");
        sweep();
        assertThat(store.keys()).isEmpty();
        assertThat(granted("second").epoch()).isEqualTo(2);
    }

    /** Its owner may not have been told to touch it, as another program was that sweeps. */
    @Test
    void aSignalThatWasClaimedUntilNowIsNotAbandonedYet() {
        for (Consumer<Claim> end : List.<Consumer<Claim>>of(claims::release, this::setAsideDamaged)) {
            Claim claim = granted("first");
            claims.write(claim, HELD);
            age();

            end.accept(claim);
            sweep();
            assertThat(store.read(KEY)).contains(HELD);

            age();
            sweep();
            assertThat(store.read(KEY)).isEmpty();
        }
    }

    private void setAsideDamaged(Claim claim) {
        edit("owner = '" + NO_OWNER_AT_ALL + "'");
        assertThat(store.setAside(claim.key())).isPresent();
    }

    private void age() {
        fixture.server.execute("update " + fixture.quoted() + ".signals set updated_at = now() - interval '8 days'");
    }

    private void sweep() {
        PostgresSignalStore.open(fixture.location() + "&expireAbandonedAfter=7d")
                .close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "epoch = -1",
                "epoch = 0",
                "owner = null",
                "until = null",
                "until = 'infinity'",
                "owner = ''",
                "owner = '  '",
                "owner = E'a\\nb'",
                "owner = repeat('x', 201)"
            })
    void theTableTakesNoClaimThatCannotBe(String damage) {
        granted("first");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> edit(damage))
                .havingCause()
                .withMessageContaining("check constraint");
    }

    @Test
    void aDamagedClaimIsReportedAndFreedByAnOperatorOnly() {
        Claim claim = granted("first");
        claims.write(claim, HELD);
        edit("owner = '" + NO_OWNER_AT_ALL + "'");

        for (Runnable call : List.<Runnable>of(
                () -> claims.holder(KEY),
                () -> claims.claim(KEY, "second", LEASE),
                () -> claims.renew(claim, LEASE),
                () -> claims.write(claim, HELD),
                () -> claims.delete(claim),
                () -> claims.end(claim, SampleSignals.closed(HELD)),
                () -> store.write(KEY, HELD))) {
            assertThatExceptionOfType(UnreadableSignalException.class)
                    .isThrownBy(call::run)
                    .withMessageContainingAll(KEY.toString(), "its claim is damaged", "the owner was '");
        }
        assertThat(store.check()).anySatisfy(finding -> {
            assertThat(finding.level()).isEqualTo(StoreFinding.Level.DAMAGED);
            assertThat(finding.subject()).isEqualTo("claim of " + KEY);
        });

        assertThat(store.setAside(KEY)).get().asString().contains("row 1 of table", "signals_set_aside");

        assertThat(fixture.server.query(
                        "select signal_data ->> 'owner' from " + fixture.quoted() + ".signals_set_aside"))
                .contains(NO_OWNER_AT_ALL);
        assertThat(store.read(KEY)).contains(HELD);
        assertThat(granted("second").epoch()).isEqualTo(2);
    }

    @Test
    void whoOnlyLooksSeesWhoHasTheSlot() {
        Claim claim = granted("first");
        try (SignalStore looking = SignalStores.openReadOnly(fixture.location())) {
            assertThat(looking.claims().orElseThrow().holder(KEY)).contains(claim);
        }
    }
}
