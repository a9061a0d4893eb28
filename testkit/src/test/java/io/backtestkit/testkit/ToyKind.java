package io.backtestkit.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedMethod;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalEnvelope;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.ClaimAnswer;
import io.backtestkit.store.ClaimLostException;
import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.SignalStoreException;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.SealedMapStore.Place;
import io.backtestkit.testkit.ToyStore.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.platform.engine.DiscoverySelector;

/** The correct store on a server, and ones written wrong on purpose, each with the group of the kit that must catch it. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum ToyKind {
    CORRECT(SignalStoreConformance.class, Patience.FAIR, ToyStore::new),
    TAKES_SILENCE_FOR_SUCCESS(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        public void write(SignalKey key, Signal signal) {
            try {
                super.write(key, signal);
            } catch (StoreUnavailableException e) {
                if (!e.mayHaveHappened()) {
                    throw e;
                }
            }
        }
    }),
    SAYS_NOT_SENT(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        RuntimeException unanswered(StoreFailure failure, boolean changes, IOException cause) {
            return notSent(failure, cause);
        }
    }),
    /** Caught only if a successor writes before it sends again: it is given time to. */
    SENDS_AGAIN(
            SignalStoreConformance.Disconnection.class,
            "aChangeWhoseReplyIsLostIsNotSentAgain",
            Patience.LONG,
            address -> new ToyStore(address) {
                @Override
                int attempts() {
                    return 2;
                }
            }),
    THROWS_ERRORS_OF_THE_SOCKET(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        RuntimeException unanswered(StoreFailure failure, boolean changes, IOException cause) {
            return new UncheckedIOException(cause);
        }
    }),
    REFUSES_WHAT_MAY_BE_RETRIED(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        RuntimeException unanswered(StoreFailure failure, boolean changes, IOException cause) {
            return new StoreRefusedException(failure, cause);
        }
    }),
    NAMES_NO_KEY(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        RuntimeException unanswered(StoreFailure failure, boolean changes, IOException cause) {
            return super.unanswered(
                    StoreFailure.of(failure.act(), failure.store(), failure.found(), ""), changes, cause);
        }
    }),
    HANGS_FOR_EVER(SignalStoreConformance.Disconnection.class, Patience.NONE, address -> new ToyStore(address) {
        @Override
        int timeoutMillis() {
            return 0;
        }
    }),
    NEVER_COMES_BACK(
            SignalStoreConformance.Disconnection.class,
            "aServerThatIsGoneIsUnavailableAndTheSameStoreGoesOnWhenItIsBack",
            Patience.NONE,
            address -> new ToyStore(address) {
                @Override
                boolean breaks(IOException e) {
                    return false;
                }
            }),
    GIVES_UP_TOO_SOON(SignalStoreConformance.SlowServer.class, address -> new ToyStore(address) {
        @Override
        int timeoutMillis() {
            return 30;
        }
    }),
    TAKES_LATE_REPLIES_FOR_OTHERS(SignalStoreConformance.SlowServer.class, address -> new ToyStore(address) {
        @Override
        boolean breaks(IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }),
    FORGETS_AT_A_RESTART(SignalStoreConformance.ServerRestart.class, ToyStore::new) {
        @Override
        void afterRestart(Place place) {
            place.records.clear();
        }
    },
    FORGETS_THE_LAST_WRITE_AT_A_RESTART(SignalStoreConformance.ServerRestart.class, ToyStore::new) {
        @Override
        void afterRestart(Place place) {
            place.records.replaceAll(
                    (key, bytes) -> new SignalEnvelope(MarkedSignals.marked(key, "restart", 1), 0).seal());
        }
    },
    DIES_WITH_ITS_SERVER(SignalStoreConformance.ServerRestart.class, Patience.NONE, address -> new ToyStore(address) {
        @Override
        boolean breaks(IOException e) {
            return false;
        }
    }),
    TAKES_A_REFUSAL_FOR_A_FAULT_OF_THE_NETWORK(
            SignalStoreConformance.TypedErrors.class, address -> new ToyStore(address) {
                @Override
                SignalStoreException denied(StoreFailure failure) {
                    return StoreUnavailableException.unknown(failure, null);
                }
            }),
    IGNORES_A_REFUSAL(SignalStoreConformance.TypedErrors.class, address -> new ToyStore(address) {
        @Override
        public void write(SignalKey key, Signal signal) {
            try {
                super.write(key, signal);
            } catch (StoreRefusedException e) {
                return;
            }
        }
    }),
    WRITES_THE_WHOLE_MAP_BACK(SignalStoreConformance.ConcurrentProcesses.class, address -> new ToyStore(address) {
        private final Map<SignalKey, Signal> map = new TreeMap<>();

        @Override
        ToyStore opened() {
            super.opened();
            keys().forEach(key -> read(key).ifPresent(signal -> map.put(key, signal)));
            return this;
        }

        @Override
        public synchronized void write(SignalKey key, Signal signal) {
            map.put(key, signal);
            map.forEach(this::put);
        }
    }),
    WRITES_AT_CLOSING(SignalStoreConformance.ConcurrentProcesses.class, address -> new ToyStore(address) {
        private final Map<SignalKey, Signal> waiting = new TreeMap<>();

        @Override
        public synchronized void write(SignalKey key, Signal signal) {
            waiting.put(key, signal);
        }

        @Override
        public synchronized Optional<Signal> read(SignalKey key) {
            return waiting.containsKey(key) ? Optional.of(waiting.get(key)) : super.read(key);
        }

        @Override
        public synchronized void delete(SignalKey key) {
            waiting.remove(key);
            super.delete(key);
        }

        @Override
        public synchronized void close() {
            waiting.forEach(this::put);
            waiting.clear();
            super.close();
        }
    }),
    CHECKS_THE_CLAIM_BEFORE_IT_RENEWS(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public Claim renew(Claim claim, Duration lease) {
                    check(claim);
                    return keep(claim.key(), claim.owner(), claim.epoch(), lease);
                }
            });
        }
    }),
    CHECKS_THE_CLAIM_BEFORE_IT_RELEASES(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public void release(Claim claim) {
                    if (holder(claim.key()).filter(claim::equals).isPresent()) {
                        keepReleased(claim);
                    }
                }
            });
        }
    }),
    GRANTS_A_SLOT_IT_SAW_FREE(
            SignalStoreConformance.ClaimedSlots.class,
            "ofManyWhoAskAtOnceOneIsGrantedTheSlot",
            Patience.SHORT,
            address -> new ToyStore(address) {
                @Override
                public Optional<Claims> claims() {
                    return Optional.of(new ToyClaims.Unfenced(this) {
                        @Override
                        public ClaimAnswer claim(SignalKey key, String owner, Duration lease) {
                            synchronized (store) {
                                if (holder(key).isPresent()) {
                                    return super.claim(key, owner, lease);
                                }
                                LockSupport.parkNanos(PAUSE_NANOS);
                                return new ClaimAnswer.Granted(keep(key, owner, 1, lease));
                            }
                        }
                    });
                }
            }),
    TAKES_OVER_FROM_WHOM_IT_SAW_DEAD(
            SignalStoreConformance.ClaimedSlots.class,
            "ofManyWhoTakeOverAtOnceOneIsGrantedTheSlot",
            Patience.SHORT,
            address -> new ToyStore(address) {
                @Override
                public Optional<Claims> claims() {
                    return Optional.of(new ToyClaims.Unfenced(this) {
                        @Override
                        public ClaimAnswer takeOver(Claim dead, String owner, Duration lease) {
                            synchronized (store) {
                                if (holder(dead.key()).filter(dead::equals).isEmpty()) {
                                    return super.takeOver(dead, owner, lease);
                                }
                                LockSupport.parkNanos(PAUSE_NANOS);
                                return new ClaimAnswer.Granted(keep(dead.key(), owner, dead.epoch() + 1, lease));
                            }
                        }
                    });
                }
            }),
    FREES_THE_SLOT_BEFORE_IT_LOGS(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        public void end(EndedSignal ended) {
            SignalKey key = ended.signal().key();
            if (read(key).filter(ended::isOf).isPresent()) {
                delete(key);
            }
            append(ended);
        }
    }),
    FREES_A_DAMAGED_SLOT_BEFORE_IT_WRITES(
            SignalStoreConformance.ReplacedDamage.class,
            "aConnectionCutAtAnyMessageLeavesTheDamageOrTheReplacement",
            Patience.SHORT,
            address -> new ToyStore(address) {
                @Override
                public Optional<String> setAside(SignalKey key, Signal replacement) {
                    Optional<String> kept = setAside(key);
                    kept.ifPresent(where -> write(key, replacement));
                    return kept;
                }
            }),
    FREES_ITS_OWNERS_SLOT_BEFORE_IT_LOGS(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims(this) {
                @Override
                public void end(Claim claim, EndedSignal ended) {
                    if (read(claim.key()).filter(ended::isOf).isPresent()) {
                        delete(claim);
                    }
                    super.end(claim, ended);
                }
            });
        }
    }),
    SAYS_NOT_SENT_TO_AN_OWNER(SignalStoreConformance.Disconnection.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims(this) {
                @Override
                public void write(Claim claim, Signal signal) {
                    try {
                        super.write(claim, signal);
                    } catch (StoreUnavailableException e) {
                        throw StoreUnavailableException.notSent(
                                StoreFailure.of("write signal", claim.key(), describe(), e.found(), ""), e);
                    }
                }
            });
        }
    }),
    FORGETS_ITS_CLAIMS_AT_A_RESTART(SignalStoreConformance.ServerRestart.class, ToyStore::new) {
        @Override
        void afterRestart(Place place) {
            place.claims.clear();
        }
    },
    CACHES_WHAT_IT_HAS_READ(SignalStoreConformance.ConcurrentProcesses.class, address -> new ToyStore(address) {
        private final Map<SignalKey, Optional<Signal>> known = new TreeMap<>();

        @Override
        public synchronized void write(SignalKey key, Signal signal) {
            super.write(key, signal);
            known.put(key, Optional.of(signal));
        }

        @Override
        public synchronized Optional<Signal> read(SignalKey key) {
            return known.computeIfAbsent(key, super::read);
        }

        @Override
        public synchronized void delete(SignalKey key) {
            super.delete(key);
            known.put(key, Optional.empty());
        }
    }),
    /** Right among the threads of one process, of which one at a time does it. */
    WRITES_THE_WHOLE_LOG_BACK(SignalStoreConformance.ConcurrentProcesses.class, address -> new ToyStore(address) {
        @Override
        public synchronized void append(EndedSignal ended) {
            SignalKey key = ended.signal().key();
            List<EndedSignal> log = new ArrayList<>(trades(key));
            if (log.stream().noneMatch(ended::sameSignalAs)) {
                LockSupport.parkNanos(PAUSE_NANOS);
                log.add(ended);
                putTrades(key, log);
            }
        }

        @Override
        public synchronized void end(EndedSignal ended) {
            append(ended);
            SignalKey key = ended.signal().key();
            if (read(key).filter(ended::isOf).isPresent()) {
                delete(key);
            }
        }
    }),
    CHECKS_THE_CLAIM_BEFORE_IT_WRITES(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public void write(Claim claim, Signal signal) {
                    check(claim);
                    byte[] sealed = new SignalEnvelope(signal, 0).seal();
                    change(claim, "unfenced.put", Base64.getUrlEncoder().encodeToString(sealed));
                }
            });
        }
    }),
    CHECKS_THE_CLAIM_BEFORE_IT_DELETES(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public void delete(Claim claim) {
                    check(claim);
                    change(claim, "unfenced.delete", "-");
                }
            });
        }
    }),
    CHECKS_THE_CLAIM_BEFORE_IT_LOGS(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public void end(Claim claim, EndedSignal ended) {
                    check(claim);
                    append(ended);
                    delete(claim);
                }
            });
        }
    }),
    /** Caught only if a successor has the slot before it gives up waiting: it is given time to. */
    TELLS_SUCCESS_OF_A_LATE_CHANGE(
            SignalStoreConformance.LateChanges.class, Patience.LONG, address -> new ToyStore(address) {
                @Override
                public Optional<Claims> claims() {
                    return Optional.of(new ToyClaims(this) {
                        @Override
                        public void delete(Claim claim) {
                            try {
                                super.delete(claim);
                            } catch (ClaimLostException e) {
                                return;
                            }
                        }
                    });
                }
            }),
    COMPARES_THE_OWNER_ALONE(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public void write(Claim claim, Signal signal) {
                    check(claim);
                    writeAsOwner(claim, signal);
                }
            });
        }
    }),
    COMPARES_THE_CLAIM_ALONE(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<Claims> claims() {
            return Optional.of(new ToyClaims.Unfenced(this) {
                @Override
                public void end(Claim claim, EndedSignal ended) {
                    if (read(claim.key()).filter(ended::isOf).isPresent()) {
                        endWhatever(claim, ended);
                    } else {
                        super.end(claim, ended);
                    }
                }
            });
        }
    }),
    COMPARES_THE_CLAIM_ALONE_WHERE_THE_SLOT_IS_FREE(
            SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
                @Override
                public Optional<Claims> claims() {
                    return Optional.of(new ToyClaims.Unfenced(this) {
                        @Override
                        public void end(Claim claim, EndedSignal ended) {
                            if (read(claim.key()).isEmpty()) {
                                endWhatever(claim, ended);
                            } else {
                                super.end(claim, ended);
                            }
                        }
                    });
                }
            }),
    ENDS_WHAT_IT_SAW_HELD(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public void end(EndedSignal ended) {
            Optional<Signal> held = read(ended.signal().key());
            if (held.isEmpty() || ended.isOf(held.get())) {
                endWhatever(ended);
            } else {
                super.end(ended);
            }
        }
    }),
    COMPARES_A_VERSION_THAT_BEGINS_ANEW(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public synchronized void write(SignalKey key, Signal signal) {
            signal.requireKey(key);
            long version =
                    envelope("write signal", key).map(SignalEnvelope::epoch).orElse(0L);
            put(new SignalEnvelope(signal, version + 1));
        }

        @Override
        public void end(EndedSignal ended) {
            SignalKey key = ended.signal().key();
            Optional<SignalEnvelope> found = envelope("end signal", key);
            while (found.filter(held -> ended.isOf(held.signal())).isPresent()) {
                if (endVersion(ended, found.get().epoch())) {
                    return;
                }
                found = envelope("end signal", key);
            }
            super.end(ended);
        }
    }),
    SETS_ASIDE_WHAT_IT_SAW_DAMAGED(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<String> setAside(SignalKey key) {
            return sawDamaged(key) ? setAsideWhatever(key, "-") : super.setAside(key);
        }
    }),
    REPLACES_WHAT_IT_SAW_DAMAGED(SignalStoreConformance.LateChanges.class, address -> new ToyStore(address) {
        @Override
        public Optional<String> setAside(SignalKey key, Signal replacement) {
            replacement.requireKey(key);
            byte[] sealed = new SignalEnvelope(replacement, 0).seal();
            return sawDamaged(key)
                    ? setAsideWhatever(key, Base64.getUrlEncoder().encodeToString(sealed))
                    : super.setAside(key, replacement);
        }
    }),
    CANNOT_BE_OPENED_WHILE_ANOTHER_OPENS_IT(
            SignalStoreConformance.ConcurrentProcesses.class, address -> new ToyStore(address) {
                @Override
                ToyStore opened() {
                    super.opened();
                    if (!keys().isEmpty()) {
                        throw new StoreRefusedException(
                                StoreFailure.of("open store", describe(), "the tables are there already", ""), null);
                    }
                    SignalKey table = new SignalKey(
                            "table", Long.toString(ProcessHandle.current().pid()));
                    put(table, SampleSignals.openLong(table).build());
                    return this;
                }
            });

    /** How long it waits for a reply, and how long a call of it may take. */
    enum Patience {
        /** For a store that needs time to be wrong. */
        LONG(Duration.ofSeconds(2), Duration.ofSeconds(40)),
        /** For a correct store: of short time-outs, and not to be blamed for a slow machine. */
        FAIR(Duration.ofMillis(500), Duration.ofSeconds(40)),
        SHORT(Duration.ofMillis(500), Duration.ofSeconds(4)),
        /** For a store whose calls never end: the tests need not wait for them. */
        NONE(Duration.ofMillis(20), Duration.ofMillis(150));

        final Duration timeout;
        final Duration longestCall;

        Patience(Duration timeout, Duration longestCall) {
            this.timeout = timeout;
            this.longestCall = longestCall;
        }
    }

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Class<?> group;
    private final String test;
    private final Patience patience;
    private final Function<Address, ToyStore> making;

    ToyKind(Class<?> group, Function<Address, ToyStore> making) {
        this(group, Patience.SHORT, making);
    }

    ToyKind(Class<?> group, Patience patience, Function<Address, ToyStore> making) {
        this(group, "", patience, making);
    }

    ToyKind(Class<?> group, String test, Patience patience, Function<Address, ToyStore> making) {
        this.group = group;
        this.test = test;
        this.patience = patience;
        this.making = making;
    }

    /** Returns what of the kit must catch it: one test of its group, or the whole group. */
    DiscoverySelector mustCatchIt(Class<?> kit) {
        return test.isEmpty() ? selectNestedClass(List.of(kit), group) : selectNestedMethod(List.of(kit), group, test);
    }

    /** Returns the group of the kit that must catch it. */
    Class<?> group() {
        return group;
    }

    Patience patience() {
        return patience;
    }

    SignalStore open(Address address) {
        return making.apply(address).opened();
    }

    /** Does what a server that keeps its promise does not. */
    void afterRestart(Place place) {}
}
