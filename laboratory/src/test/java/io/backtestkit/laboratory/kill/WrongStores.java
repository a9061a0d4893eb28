package io.backtestkit.laboratory.kill;

import io.backtestkit.laboratory.PassingClaims;
import io.backtestkit.laboratory.PassingStore;
import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStores;
import io.backtestkit.testkit.StoreOpener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Stores with claims that are wrong on purpose, opened by other processes too. */
final class WrongStores {

    private WrongStores() {}

    /** A store with other claims than its own. */
    private static final class Planted extends PassingStore {

        private final Claims planted;

        private Planted(SignalStore store, Claims planted) {
            super(store);
            this.planted = planted;
        }

        static SignalStore at(String location, UnaryOperator<Claims> wrong) {
            SignalStore store = SignalStores.open(location);
            return new Planted(store, wrong.apply(store.claims().orElseThrow()));
        }

        @Override
        public Optional<Claims> claims() {
            return Optional.of(planted);
        }
    }

    /** Acknowledges the changes of whoever has claimed before it makes them: each waits for the next one. */
    static final class AcknowledgesTooEarly implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return Planted.at(location, EarlyClaims::new);
        }
    }

    private static final class EarlyClaims extends PassingClaims {
        private final Map<SignalKey, Runnable> due = new ConcurrentHashMap<>();
        private volatile boolean early;

        EarlyClaims(Claims claims) {
            super(claims);
        }

        private void change(Claim claim, Runnable change) {
            Runnable first = early ? due.put(claim.key(), change) : change;
            if (first != null) {
                first.run();
            }
        }

        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            ClaimAnswer answer = super.claim(key, owner, lease);
            early |= answer instanceof ClaimAnswer.Granted;
            return answer;
        }

        @Override
        public void write(Claim claim, Signal signal) {
            change(claim, () -> claims.write(claim, signal));
        }

        @Override
        public void delete(Claim claim) {
            change(claim, () -> claims.delete(claim));
        }

        @Override
        public void end(Claim claim, EndedSignal ended) {
            change(claim, () -> claims.end(claim, ended));
        }
    }

    /** Takes changes of every owner, also of one that was succeeded. */
    static final class TakesStaleEpochs implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return Planted.at(location, StaleClaims::new);
        }
    }

    private static final class StaleClaims extends PassingClaims {

        StaleClaims(Claims claims) {
            super(claims);
        }

        /** Makes it in the name of the newest owner, also if that is another one a moment later. */
        private <T> T change(Claim claim, Function<Claim, T> change) {
            try {
                return change.apply(claim);
            } catch (ClaimLostException e) {
                return change.apply(claims.holder(claim.key()).orElseThrow());
            }
        }

        private void run(Claim claim, Consumer<Claim> change) {
            change(claim, newest -> {
                change.accept(newest);
                return newest;
            });
        }

        @Override
        public Claim renew(Claim claim, Duration lease) {
            return change(claim, newest -> claims.renew(newest, lease));
        }

        @Override
        public void write(Claim claim, Signal signal) {
            run(claim, newest -> claims.write(newest, signal));
        }

        @Override
        public void delete(Claim claim) {
            run(claim, claims::delete);
        }

        @Override
        public void end(Claim claim, EndedSignal ended) {
            run(claim, newest -> claims.end(newest, ended));
        }
    }

    /** Gives a dead owner's slot away under the epoch that it had. */
    static final class KeepsEpochs implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return Planted.at(location, claims -> new PassingClaims(claims) {
                @Override
                public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
                    super.takeOver(dead, owner, lease);
                    return new ClaimAnswer.Granted(dead);
                }
            });
        }
    }

    /** In a process that is to be killed in the middle of a change, tells each step of it to {@link ToldSteps}. */
    private static class StepwiseClaims extends PassingClaims {

        private StepwiseClaims(Claims claims) {
            super(claims);
        }

        /** Opens a store whose claims are these where somebody listens to the steps. */
        static SignalStore at(String location, UnaryOperator<Claims> stepwise) {
            boolean listened = StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().equals(OperationMain.class.getName())));
            return Planted.at(location, listened ? stepwise : UnaryOperator.identity());
        }

        final void change(Runnable... steps) {
            for (Runnable step : steps) {
                tellStep();
                step.run();
            }
            tellStep();
            OwnerMain.say(ToldSteps.OVER);
        }

        private static void tellStep() {
            OwnerMain.say(ToldSteps.STEP);
            try {
                if (System.in.read() < 0) {
                    throw new IllegalStateException("Nobody listens to the steps any more.");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Is no wrong one: makes each change in the one step that it is. */
    static final class ChangesInOneStep implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return StepwiseClaims.at(location, right -> new StepwiseClaims(right) {
                @Override
                public void write(Claim claim, Signal signal) {
                    change(() -> right.write(claim, signal));
                }

                @Override
                public void end(Claim claim, EndedSignal ended) {
                    change(() -> right.end(claim, ended));
                }
            });
        }
    }

    /** Frees the slot before it writes another signal into it, and before it logs the one that has ended. */
    static final class FreesFirst implements StoreOpener {
        @Override
        public SignalStore open(String location) {
            return StepwiseClaims.at(location, right -> new StepwiseClaims(right) {
                @Override
                public void write(Claim claim, Signal signal) {
                    change(() -> right.delete(claim), () -> right.write(claim, signal));
                }

                @Override
                public void end(Claim claim, EndedSignal ended) {
                    change(() -> right.delete(claim), () -> right.end(claim, ended));
                }
            });
        }
    }
}
