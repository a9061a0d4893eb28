package io.backtestkit.laboratory.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.SignalKey;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Histories made by hand: those that a slot can have had, and those that none can. Times are in milliseconds. */
class SlotModelTest {

    private static final SignalKey KEY = new SignalKey("by", "HAND");
    private static final long LEASE = 1_000;
    private static final Grant ONE = new Grant("one", 1, LEASE);
    private static final Grant TWO = new Grant("two", 2, 20 + LEASE);

    private final History history = new History(true);
    private final History inTwoSteps = new History(false);

    private void at(long invoked, long returned, Call call, Outcome outcome) {
        Event.Span span = new Event.Span(
                TimeUnit.MILLISECONDS.toNanos(invoked), TimeUnit.MILLISECONDS.toNanos(returned), invoked, returned);
        Event event = new Event(call.asker() + call.grant().owner(), call, outcome, span);
        history.add(KEY, event);
        inTwoSteps.add(KEY, event);
    }

    private void claimed(long invoked, long returned, Grant grant) {
        at(invoked, returned, Call.claim(grant.owner(), LEASE), Outcome.of(Kind.GRANTED, grant));
    }

    private void takenOver(long invoked, long returned) {
        at(invoked, returned, Call.takeOver(ONE, "two", LEASE), Outcome.of(Kind.GRANTED, TWO));
    }

    private void write(long invoked, long returned, Grant under, String id, Kind kind) {
        at(invoked, returned, Call.under(under, Act.WRITE, id), Outcome.of(kind));
    }

    private void end(long invoked, long returned, Grant under, String id, Kind kind) {
        at(invoked, returned, Call.under(under, Act.END, id), Outcome.of(kind));
    }

    private void read(long invoked, long returned, String... ids) {
        at(invoked, returned, Call.look(Act.READ), Outcome.found(List.of(ids)));
    }

    private void trades(long invoked, long returned, String... ids) {
        at(invoked, returned, Call.look(Act.TRADES), Outcome.found(List.of(ids)));
    }

    private void assertGood() {
        assertThat(history.fault()).isEmpty();
        assertThat(inTwoSteps.fault()).isEmpty();
    }

    private void assertBad() {
        assertThat(history.fault()).isPresent();
        assertThat(inTwoSteps.fault()).isPresent();
    }

    @Test
    void oneAfterTheOtherIsGood() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.DONE);
        read(4, 5, "a");
        end(6, 7, ONE, "a", Kind.DONE);
        read(8, 9);
        trades(10, 11, "a");
        assertGood();
    }

    @Test
    void aReadBesideAWriteMayFindEither() {
        claimed(0, 1, ONE);
        write(2, 9, ONE, "a", Kind.DONE);
        read(3, 4);
        read(5, 6, "a");
        assertGood();
    }

    @Test
    void twoReadsBesideAWriteMayNotGoBack() {
        claimed(0, 1, ONE);
        write(2, 9, ONE, "a", Kind.DONE);
        read(3, 4, "a");
        read(5, 6);
        assertBad();
    }

    @Test
    void aStaleReadIsBad() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.DONE);
        write(4, 5, ONE, "b", Kind.DONE);
        read(6, 7, "a");
        assertBad();
    }

    @Test
    void aLostWriteIsBad() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.DONE);
        read(4, 5);
        assertBad();
    }

    @Test
    void anEpochGivenTwiceIsBad() {
        claimed(0, 1, ONE);
        at(2, 3, Call.under(ONE, Act.RELEASE, ""), Outcome.of(Kind.DONE));
        claimed(4, 5, new Grant("two", 1, 4 + LEASE));
        assertBad();
    }

    @Test
    void twoOwnersAtATimeAreBad() {
        claimed(0, 1, ONE);
        claimed(20, 21, TWO);
        assertBad();
    }

    @Test
    void aClaimAfterALeaseHasRunOutIsGood() {
        claimed(0, 1, ONE);
        claimed(LEASE, LEASE + 1, new Grant("two", 2, 2 * LEASE));
        assertGood();
    }

    @Test
    void aClaimThatIsRefusedAfterTheLeaseHasRunOutIsBad() {
        claimed(0, 1, ONE);
        at(LEASE + 50, LEASE + 60, Call.claim("two", LEASE), Outcome.of(Kind.HELD, ONE));
        assertBad();
    }

    @Test
    void aWriteThatIsTakenAfterATakeOverIsBad() {
        claimed(0, 1, ONE);
        takenOver(20, 21);
        write(22, 23, ONE, "a", Kind.DONE);
        assertBad();
    }

    @Test
    void aWriteBesideATakeOverMayComeBeforeIt() {
        claimed(0, 1, ONE);
        takenOver(20, 30);
        write(21, 29, ONE, "a", Kind.DONE);
        assertGood();
    }

    @Test
    void aWriteThatIsRefusedWithoutASuccessorIsBad() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.LOST);
        assertBad();
    }

    @Test
    void readingWhatARefusedWriteWroteIsBad() {
        claimed(0, 1, ONE);
        takenOver(20, 21);
        write(22, 23, ONE, "a", Kind.LOST);
        read(24, 25, "a");
        assertBad();
    }

    @Test
    void readingWhatAFailedWriteWroteIsBad() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.FAILED);
        read(4, 5, "a");
        assertBad();
    }

    @Test
    void anUnknownWriteMayHaveHappenedOrNotOrHappenLater() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.UNKNOWN);
        read(4, 5);
        read(6, 7, "a");
        write(8, 9, ONE, "b", Kind.UNKNOWN);
        assertGood();
    }

    @Test
    void anUnknownWriteMayNotHappenAfterATakeOver() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.UNKNOWN);
        takenOver(20, 21);
        read(22, 23);
        read(24, 25, "a");
        assertBad();
    }

    @Test
    void anUnknownWriteHappensOnce() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.UNKNOWN);
        write(4, 5, ONE, "b", Kind.DONE);
        read(6, 7, "a");
        write(8, 9, ONE, "c", Kind.DONE);
        read(10, 11, "a");
        assertBad();
    }

    @Test
    void anUnknownClaimMayKeepOthersAwayAndUsesUpAnEpoch() {
        at(0, 1, Call.claim("one", LEASE), Outcome.of(Kind.UNKNOWN));
        at(20, 21, Call.claim("two", LEASE), Outcome.of(Kind.HELD, ONE));
        takenOver(20, 22);
        at(23, 24, Call.claim("one", LEASE), Outcome.of(Kind.HELD, TWO));
        assertGood();
    }

    @Test
    void aHolderWhoNeverClaimedIsBad() {
        at(20, 21, Call.claim("two", LEASE), Outcome.of(Kind.HELD, ONE));
        assertBad();
    }

    @Test
    void anEndOfAnotherSignalLeavesTheOneThatIsHeld() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "b", Kind.DONE);
        end(4, 5, ONE, "a", Kind.DONE);
        trades(6, 7, "a");
        read(8, 9, "b");
        assertGood();
    }

    @Test
    void anEndOfAnotherSignalThatFreesTheSlotIsBad() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "b", Kind.DONE);
        end(4, 5, ONE, "a", Kind.DONE);
        read(6, 7);
        assertBad();
    }

    @Test
    void anEndMayBeSeenHalfDoneOnlyWhereItHasTwoSteps() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.DONE);
        end(4, 20, ONE, "a", Kind.DONE);
        trades(5, 6, "a");
        read(7, 8, "a");
        read(21, 22);
        assertThat(history.fault()).isPresent();
        assertThat(inTwoSteps.fault()).isEmpty();
    }

    @Test
    void aSlotThatIsFreeBeforeItsEndIsLoggedIsBad() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.DONE);
        end(4, 20, ONE, "a", Kind.DONE);
        read(5, 6);
        trades(7, 8);
        assertBad();
    }

    @Test
    void aTradeThatIsLoggedTwiceIsBad() {
        claimed(0, 1, ONE);
        end(2, 3, ONE, "a", Kind.DONE);
        end(4, 5, ONE, "a", Kind.DONE);
        trades(6, 7, "a", "a");
        assertBad();
    }

    @Test
    void aWriteWithoutAClaimIsRefusedWhileALeaseRuns() {
        claimed(0, 1, ONE);
        at(2, 3, new Call(Act.PLAIN_WRITE, "", Grant.NONE, "a", 0), Outcome.of(Kind.LOST));
        at(LEASE + 9, LEASE + 10, new Call(Act.PLAIN_WRITE, "", Grant.NONE, "b", 0), Outcome.of(Kind.DONE));
        read(LEASE + 11, LEASE + 12, "b");
        assertGood();
        at(4, 5, new Call(Act.PLAIN_WRITE, "", Grant.NONE, "c", 0), Outcome.of(Kind.DONE));
        assertBad();
    }

    @Test
    void whatMayNeverBeToldIsBad() {
        at(0, 1, Call.look(Act.READ), Outcome.failed(Kind.WRONG, new IllegalStateException("torn")));
        assertBad();
    }

    @Test
    void aBadHistoryIsWrittenOut() {
        claimed(0, 1, ONE);
        write(2, 3, ONE, "a", Kind.DONE);
        read(4, 5, "b");
        assertThat(history.fault().orElseThrow()).isEqualToNormalizingNewlines("""
                        no order explains by/HAND; the longest comes to SlotState[epoch=1, holder=Holder[owner=one, epoch=1, \
                        earliest=1000, latest=1000], signal=a, trades=[]]
                          from us    to us  place  client  call -> outcome
                                0     1000      1  one     CLAIM for one -> GRANTED one#1@1000
                             2000     3000      2  one     WRITE under one#1@1000 of a -> DONE
                             4000     5000  STUCK          READ -> DONE [b]
                        """);
    }
}
