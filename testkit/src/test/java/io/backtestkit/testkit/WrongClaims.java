package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** Claims given wrong on purpose, each in one way. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum WrongClaims {
    GRANTS_A_SLOT_TO_EVERYBODY(claims -> new Passing(claims) {
        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            ClaimAnswer answer = claims.claim(key, owner, lease);
            return answer instanceof ClaimAnswer.Held held ? claims.takeOver(held.claim(), owner, lease) : answer;
        }
    }),
    NEVER_LETS_A_LEASE_RUN_OUT(claims -> new Passing(claims) {
        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            return claims.claim(key, owner, Claims.LONGEST_LEASE);
        }
    }),
    CAPS_LEASES_AT_A_MINUTE(claims -> new Passing(claims) {
        private static Duration capped(Duration lease) {
            Duration cap = Duration.ofMinutes(1);
            return lease.compareTo(cap) > 0 && lease.compareTo(LONGEST_LEASE) <= 0 ? cap : lease;
        }

        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            return claims.claim(key, owner, capped(lease));
        }

        @Override
        public Claim renew(Claim claim, Duration lease) {
            return claims.renew(claim, capped(lease));
        }
    }),
    TAKES_A_STALE_OWNERS_WRITES(claims -> new Passing(claims) {
        @Override
        public void write(Claim claim, Signal signal) {
            super.write(newest(claim), signal);
        }
    }),
    TAKES_A_STALE_OWNERS_DELETES(claims -> new Passing(claims) {
        @Override
        public void delete(Claim claim) {
            super.delete(newest(claim));
        }
    }),
    TAKES_A_STALE_OWNERS_ENDS(claims -> new Passing(claims) {
        @Override
        public void end(Claim claim, EndedSignal ended) {
            super.end(newest(claim), ended);
        }
    }),
    RENEWS_WHAT_IS_LOST(claims -> new Passing(claims) {
        @Override
        public Claim renew(Claim claim, Duration lease) {
            try {
                return super.renew(claim, lease);
            } catch (ClaimLostException e) {
                return claim;
            }
        }
    }),
    DOES_NOT_RENEW(claims -> new Passing(claims) {
        @Override
        public Claim renew(Claim claim, Duration lease) {
            return claim;
        }
    }),
    DOES_NOT_RELEASE(claims -> new Passing(claims) {
        @Override
        public void release(Claim claim) {}
    }),
    LETS_ANYBODY_RELEASE(claims -> new Passing(claims) {
        @Override
        public void release(Claim claim) {
            claims.holder(claim.key()).ifPresent(super::release);
        }
    }),
    TAKES_OVER_FROM_WHOEVER_HAS_THE_SLOT(claims -> new Passing(claims) {
        @Override
        public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
            return super.takeOver(newest(dead), owner, lease);
        }
    }),
    REFUSES_ITS_OWN_OWNER(claims -> new Passing(claims) {
        @Override
        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
            Optional<Claim> holder = claims.holder(key);
            return holder.isPresent() && holder.get().owner().equals(owner)
                    ? new ClaimAnswer.Held(holder.get())
                    : super.claim(key, owner, lease);
        }
    }),
    LOOKS_FIRST_AND_CHANGES_SECOND(SignalStoreConformance.LateChanges.class, claims -> new Passing(claims) {
        @Override
        public void write(Claim claim, Signal signal) {
            Optional<Claim> holder = claims.holder(claim.key());
            if (holder.filter(newest -> newest.epoch() == claim.epoch()).isEmpty()) {
                super.write(claim, signal);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
            super.write(newest(claim), signal);
        }
    }),
    LOOKS_FIRST_AND_RELEASES_SECOND(SignalStoreConformance.LateChanges.class, claims -> new Passing(claims) {
        @Override
        public void release(Claim claim) {
            if (hasItsEpoch(claim)) {
                awaitSuccessor(claim);
                super.release(newest(claim));
            }
        }
    }),
    LOOKS_FIRST_AND_RENEWS_SECOND(SignalStoreConformance.LateChanges.class, claims -> new Passing(claims) {
        @Override
        public Claim renew(Claim claim, Duration lease) {
            boolean its = hasItsEpoch(claim);
            awaitSuccessor(claim);
            return super.renew(its ? newest(claim) : claim, lease);
        }
    }),
    COMPARES_THE_EPOCH_ALONE(claims -> new Passing(claims) {
        @Override
        public void write(Claim claim, Signal signal) {
            super.write(hasItsEpoch(claim) ? newest(claim) : claim, signal);
        }
    }),
    FORGETS_WHO_HAS_THE_SLOT(claims -> new Passing(claims) {
        @Override
        public Optional<Claim> holder(SignalKey key) {
            return Optional.empty();
        }
    });

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MOST_PAUSES = 100;

    private final Class<?> group;
    private final UnaryOperator<Claims> planted;

    WrongClaims(UnaryOperator<Claims> planted) {
        this(SignalStoreConformance.ClaimedSlots.class, planted);
    }

    WrongClaims(Class<?> group, UnaryOperator<Claims> planted) {
        this.group = group;
        this.planted = planted;
    }

    /** Returns the group of the kit that must catch it. */
    Class<?> group() {
        return group;
    }

    UnaryOperator<Claims> planted() {
        return planted;
    }

    /** Passes everything on. */
    private static class Passing implements Claims {

        private final Claims claims;

        Passing(Claims claims) {
            this.claims = claims;
        }

        /** Returns the claim that the slot has now, for the mistake of not looking at the one that was given. */
        Claim newest(Claim claim) {
            return claims.holder(claim.key()).orElse(claim);
        }

        /** Lets a successor come between the look and the change, if there is one: for two seconds. */
        void awaitSuccessor(Claim claim) {
            for (int pauses = 0; pauses < MOST_PAUSES && hasItsEpoch(claim); pauses++) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }

        boolean hasItsEpoch(Claim claim) {
            return claims.holder(claim.key())
                    .filter(holder -> holder.epoch() == claim.epoch())
                    .isPresent();
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
}
