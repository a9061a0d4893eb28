package io.backtestkit.laboratory.history;

import io.backtestkit.laboratory.history.Outcome.Kind;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import io.backtestkit.testkit.MarkedSignals;
import io.backtestkit.testkit.SampleSignals;
import java.time.Duration;
import java.util.List;

/** Makes its calls of a store in this process. */
final class StoreHand implements Hand {

    private final SignalStore store;
    private final Claims claims;
    private final TradeLog log;
    private final boolean closes;

    /** Makes them of that store; closes it at the end if it is told to. */
    StoreHand(SignalStore store, boolean closes) {
        this.store = store;
        this.closes = closes;
        claims = store.claims().orElseThrow();
        log = store.tradeLog().orElseThrow();
    }

    @Override
    public Outcome make(SignalKey key, Call call) {
        try {
            return made(key, call);
        } catch (ClaimLostException e) {
            return Outcome.of(Kind.LOST);
        } catch (StoreUnavailableException e) {
            boolean unknown = e.mayHaveHappened() && !call.act().looks();
            return Outcome.failed(unknown ? Kind.UNKNOWN : Kind.FAILED, e);
        } catch (StoreRefusedException e) {
            return Outcome.failed(Kind.FAILED, e);
        } catch (RuntimeException e) {
            return Outcome.failed(Kind.WRONG, e);
        }
    }

    private Outcome made(SignalKey key, Call call) {
        Duration lease = Duration.ofMillis(call.leaseMillis());
        switch (call.act()) {
            case CLAIM -> {
                return answered(claims.claim(key, call.asker(), lease));
            }
            case TAKE_OVER -> {
                return answered(claims.takeOver(call.grant().on(key), call.asker(), lease));
            }
            case RENEW -> {
                Claim renewed = claims.renew(call.grant().on(key), lease);
                return Outcome.of(Kind.DONE, Grant.of(renewed));
            }
            case HOLDER -> {
                return Outcome.of(Kind.DONE, Grant.of(claims.holder(key)));
            }
            case READ -> {
                return Outcome.found(store.read(key).map(signal -> whole(key, signal)).stream()
                        .toList());
            }
            case TRADES -> {
                List<String> ids = log.trades(key).stream()
                        .map(ended -> whole(key, ended.signal()))
                        .toList();
                return Outcome.found(ids);
            }
            case RELEASE -> claims.release(call.grant().on(key));
            case WRITE -> claims.write(call.grant().on(key), signal(key, call.id()));
            case DELETE -> claims.delete(call.grant().on(key));
            case END -> claims.end(call.grant().on(key), SampleSignals.closed(signal(key, call.id())));
            case PLAIN_WRITE -> store.write(key, signal(key, call.id()));
        }
        return Outcome.of(Kind.DONE);
    }

    private static Outcome answered(ClaimAnswer answer) {
        Kind kind = answer instanceof ClaimAnswer.Granted ? Kind.GRANTED : Kind.HELD;
        return Outcome.of(kind, Grant.of(answer.claim()));
    }

    private static Signal signal(SignalKey key, String id) {
        int dash = id.lastIndexOf('-');
        return MarkedSignals.marked(key, id.substring(0, dash), Long.parseLong(id.substring(dash + 1)));
    }

    private static String whole(SignalKey key, Signal signal) {
        if (!signal.key().equals(key) || !MarkedSignals.isWhole(signal)) {
            throw new IllegalStateException("it read what nobody had written: " + signal);
        }
        return signal.id().replace(' ', '-');
    }

    @Override
    public void close() {
        if (closes) {
            store.close();
        }
    }
}
