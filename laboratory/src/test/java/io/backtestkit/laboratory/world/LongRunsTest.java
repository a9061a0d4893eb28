package io.backtestkit.laboratory.world;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.PassingClaims;
import io.backtestkit.laboratory.Tally;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LongRunsTest {

    private static final int DAYS = 10;

    private static List<String> found(UnaryOperator<Claims> planted) {
        return IntStream.range(0, 60)
                .mapToObj(seed -> new World(seed, DAYS, planted).run())
                .flatMap(Optional::stream)
                .toList();
    }

    @Test
    void manySimulatedDaysLoseAndDoubleNoPosition() {
        Tally tally = new Tally();
        LongRuns runs = new LongRuns(1);
        runs.cases().forEach(name -> runs.run(name, tally));
        assertThat(tally.bad()).isEmpty();
        assertThat(tally.triedCount()).isEqualTo(1000);
    }

    @Test
    void oneSeedAlwaysMakesTheSameHistory() {
        for (int seed = 0; seed < 4; seed++) {
            World one = new World(seed, DAYS);
            World other = new World(seed, DAYS);
            assertThat(one.run()).isEqualTo(other.run()).isEmpty();
            assertThat(one.log()).isNotEmpty().isEqualTo(other.log());
        }
    }

    @Test
    void aStoreThatForgetsWritesIsFound() {
        assertThat(found(claims -> new PassingClaims(claims) {
                    private int writes;

                    @Override
                    public void write(Claim claim, Signal signal) {
                        if (++writes % 100 != 0) {
                            super.write(claim, signal);
                        }
                    }
                }))
                .anyMatch(bad -> bad.contains("is not in the store"));
    }

    @Test
    void aStoreThatLeavesEndedSignalsInTheirSlotIsFound() {
        assertThat(found(claims -> new PassingClaims(claims) {
                    private int ends;

                    @Override
                    public void end(Claim claim, EndedSignal ended) {
                        if (++ends % 10 != 0) {
                            super.end(claim, ended);
                        }
                    }
                }))
                .isNotEmpty();
    }

    @Test
    void aStoreThatTakesAStaleOwnersChangesIsFound() {
        assertThat(found(claims -> new PassingClaims(claims) {

                    private Claim newest(Claim claim) {
                        return claims.holder(claim.key()).orElseGet(() -> {
                            ClaimAnswer answer = claims.claim(claim.key(), "anybody", Duration.ofMillis(1));
                            return answer.claim();
                        });
                    }

                    @Override
                    public Claim renew(Claim claim, Duration lease) {
                        try {
                            return super.renew(claim, lease);
                        } catch (ClaimLostException e) {
                            return claim;
                        }
                    }

                    @Override
                    public void write(Claim claim, Signal signal) {
                        super.write(newest(claim), signal);
                    }

                    @Override
                    public void end(Claim claim, EndedSignal ended) {
                        super.end(newest(claim), ended);
                    }
                }))
                .anyMatch(bad ->
                        Objects.equals(bad, "a process that had lost the slot while it slept changed the store"));
    }
}
