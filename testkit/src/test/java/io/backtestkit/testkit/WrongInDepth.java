package io.backtestkit.testkit;

import io.backtestkit.signal.EndedSignal;
import io.backtestkit.signal.Signal;
import io.backtestkit.signal.SignalKey;
import io.backtestkit.store.Claim;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFinding;
import io.backtestkit.store.UnreadableSignalException;
import io.backtestkit.testkit.SealedMapStore.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/** Stores that are right at first sight, each wrong in one way: about damage, long lists, and what is claimed. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
enum WrongInDepth {
    TAKES_A_RECORD_OF_ANOTHER_KEY(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        void requireOf(SignalKey key, Signal signal) {}
    }),
    THROWS_DAMAGED_BYTES_AWAY(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        void keepAside(SignalKey slot, byte[] damaged) {}
    }),
    KEEPS_ONLY_THE_BEGINNING_OF_DAMAGED_BYTES(
            SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
                @Override
                void keepAside(SignalKey slot, byte[] damaged) {
                    super.keepAside(slot, Damage.TRUNCATED.of(damaged));
                }
            }),
    OVERWRITES_DAMAGED_ONES_BY_SEVERAL(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        public void writeAll(Map<SignalKey, Signal> signals) {
            signals.forEach((key, signal) -> {
                signal.requireKey(key);
                sealedClaims().requireUnclaimed("write signal", key);
            });
            signals.forEach(this::put);
        }
    }),
    OVERWRITES_ITS_OWNERS_DAMAGED_ONES(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                Optional<Signal> held(String act, SignalKey key) {
                    return act.equals("write signal") ? Optional.empty() : super.held(act, key);
                }
            };
        }
    }),
    FREES_ITS_OWNERS_DAMAGED_SLOT(SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                Optional<Signal> held(String act, SignalKey key) {
                    return act.equals("delete signal") ? Optional.empty() : super.held(act, key);
                }
            };
        }
    }),
    LOSES_ITS_OWNERS_WRITES_AT_CLOSING(SignalStoreConformance.ClaimedSlots.class, place -> new SealedMapStore(place) {
        private final Set<SignalKey> unflushed = new TreeSet<>();

        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                public void write(Claim claim, Signal signal) {
                    super.write(claim, signal);
                    unflushed.add(claim.key());
                }
            };
        }

        @Override
        public void close() {
            place.records.keySet().removeAll(unflushed);
        }
    }),
    TAKES_A_DAMAGED_CLAIM_FOR_NONE(SignalStoreConformance.DamagedClaims.class, place -> new SealedMapStore(place) {
        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                Kept kept(String act, SignalKey key) {
                    try {
                        return super.kept(act, key);
                    } catch (UnreadableSignalException e) {
                        return new Kept(0, "", Instant.EPOCH);
                    }
                }
            };
        }
    }),
    HAS_NO_HOLDER_WHERE_A_CLAIM_IS_DAMAGED(
            SignalStoreConformance.DamagedClaims.class, place -> new SealedMapStore(place) {
                @Override
                SealedClaims sealedClaims() {
                    return new SealedClaims(this) {
                        @Override
                        public Optional<Claim> holder(SignalKey key) {
                            try {
                                return super.holder(key);
                            } catch (UnreadableSignalException e) {
                                return Optional.empty();
                            }
                        }
                    };
                }
            }),
    CHANGES_A_SLOT_WHOSE_CLAIM_IS_DAMAGED(
            SignalStoreConformance.DamagedClaims.class, place -> new SealedMapStore(place) {
                @Override
                SealedClaims sealedClaims() {
                    return new SealedClaims(this) {
                        @Override
                        void requireUnclaimed(String act, SignalKey key) {
                            try {
                                super.requireUnclaimed(act, key);
                            } catch (UnreadableSignalException e) {
                                return;
                            }
                        }
                    };
                }
            }),
    LEAVES_A_DAMAGED_CLAIM_IN_PLACE(SignalStoreConformance.DamagedClaims.class, place -> new SealedMapStore(place) {
        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                void replaceDamaged(SignalKey slot) {}
            };
        }
    }),
    BEGINS_TO_COUNT_AGAIN_AFTER_A_DAMAGED_CLAIM(
            SignalStoreConformance.DamagedClaims.class, place -> new SealedMapStore(place) {
                @Override
                SealedClaims sealedClaims() {
                    return new SealedClaims(this) {
                        @Override
                        void replaceDamaged(SignalKey slot) {
                            place.claims.remove(slot);
                        }
                    };
                }
            }),
    EXAMINES_NO_CLAIMS(SignalStoreConformance.DamagedClaims.class, place -> new SealedMapStore(place) {
        @Override
        public List<StoreFinding> check() {
            return without("claim", super.check());
        }
    }),
    EXAMINES_NO_TRADES(SignalStoreConformance.DamagedTrades.class, place -> new SealedMapStore(place) {
        @Override
        public List<StoreFinding> check() {
            return without("trades", super.check());
        }
    }),
    FORGETS_THE_CLAIM_OF_WHAT_IT_SETS_ASIDE(
            SignalStoreConformance.DamagedRecords.class, place -> new SealedMapStore(place) {
                @Override
                public Optional<String> setAside(SignalKey key) {
                    int records = place.records.size();
                    Optional<String> kept = super.setAside(key);
                    if (place.records.size() < records) {
                        place.claims.remove(key);
                    }
                    return kept;
                }
            }),
    FORGETS_THE_CLAIM_IN_A_DELETE_WITHOUT_ONE(
            SignalStoreConformance.ClaimedSlots.class, place -> new SealedMapStore(place) {
                @Override
                public void delete(SignalKey key) {
                    super.delete(key);
                    place.claims.remove(key);
                }
            }),
    FORGETS_THE_CLAIM_IN_A_WRITE_WITHOUT_ONE(
            SignalStoreConformance.ClaimedSlots.class, place -> new SealedMapStore(place) {
                @Override
                public void write(SignalKey key, Signal signal) {
                    super.write(key, signal);
                    place.claims.remove(key);
                }
            }),
    SKIPS_DAMAGED_TRADES(SignalStoreConformance.DamagedTrades.class, place -> new SealedMapStore(place) {
        @Override
        Optional<EndedSignal> trade(SignalKey key, byte[] entry) {
            try {
                return super.trade(key, entry);
            } catch (UnreadableSignalException e) {
                return Optional.empty();
            }
        }
    }),
    HAS_NO_LAST_TRADE_WHERE_ONE_IS_DAMAGED(
            SignalStoreConformance.DamagedTrades.class, place -> new SealedMapStore(place) {
                @Override
                public Optional<EndedSignal> last(SignalKey key) {
                    try {
                        return super.last(key);
                    } catch (UnreadableSignalException e) {
                        return Optional.empty();
                    }
                }
            }),
    LISTS_ONE_PAGE_OF_KEYS(SignalStoreConformance.ManyRecords.class, place -> new SealedMapStore(place) {
        @Override
        public Set<SignalKey> keys() {
            return new TreeSet<>(super.keys().stream().limit(PAGE).toList());
        }
    }),
    READS_ONE_PAGE_OF_TRADES(SignalStoreConformance.ManyRecords.class, place -> new SealedMapStore(place) {
        @Override
        public List<EndedSignal> trades(SignalKey key, Instant from, Instant to) {
            return super.trades(key, from, to).stream().limit(PAGE).toList();
        }
    }),
    TAKES_THE_END_OF_A_PAGE_FOR_THE_LAST_TRADE(
            SignalStoreConformance.ManyRecords.class, place -> new SealedMapStore(place) {
                @Override
                public Optional<EndedSignal> last(SignalKey key) {
                    List<EndedSignal> all = trades(key);
                    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(Math.min(all.size(), PAGE) - 1));
                }
            }),
    JOINS_THE_KEYS_OF_CLAIMS_WITH_A_COLON(
            SignalStoreConformance.ClaimedSlots.class, place -> new SealedMapStore(place) {
                @Override
                SealedClaims sealedClaims() {
                    return new SealedClaims(this) {
                        @Override
                        SignalKey slot(SignalKey key) {
                            byte[] joined = (key.strategy() + ":" + key.symbol()).getBytes(StandardCharsets.UTF_8);
                            return new SignalKey(
                                    "joined", UUID.nameUUIDFromBytes(joined).toString()); // else too long for a key
                        }
                    };
                }
            }),
    IGNORES_TOUCHES_UNDER_A_CLAIM(SignalStoreConformance.ClaimedExpiry.class, place -> new SealedMapStore(place) {
        @Override
        public void touch(SignalKey key) {
            if (!place.claims.containsKey(key)) {
                super.touch(key);
            }
        }
    }),
    KEEPS_WHAT_IS_CLAIMED_FOR_EVER(SignalStoreConformance.ClaimedExpiry.class, place -> new SealedMapStore(place) {
        @Override
        boolean isAbandoned(SignalKey key, long touched) {
            return super.isAbandoned(key, touched) && !place.claims.containsKey(key);
        }
    }),
    COUNTS_NO_CLAIMED_WRITE_AS_A_TOUCH(SignalStoreConformance.ClaimedExpiry.class, place -> new SealedMapStore(place) {
        @Override
        SealedClaims sealedClaims() {
            return new SealedClaims(this) {
                @Override
                public void write(Claim claim, Signal signal) {
                    Long first = place.touched.get(claim.key());
                    super.write(claim, signal);
                    if (first != null) {
                        place.touched.put(claim.key(), first);
                    }
                }
            };
        }
    }),
    FORGETS_THE_CLAIM_WITH_THE_SIGNAL(SignalStoreConformance.ClaimedExpiry.class, place -> new SealedMapStore(place) {
        @Override
        boolean isAbandoned(SignalKey key, long touched) {
            boolean abandoned = super.isAbandoned(key, touched);
            if (abandoned) {
                place.claims.remove(key);
            }
            return abandoned;
        }
    });

    private static final int PAGE = 1_000;

    private final Class<?> group;
    private final Function<Place, SignalStore> opening;

    WrongInDepth(Class<?> group, Function<Place, SignalStore> opening) {
        this.group = group;
        this.opening = opening;
    }

    /** Returns the group of the kit that must catch it. */
    Class<?> group() {
        return group;
    }

    Function<Place, SignalStore> opening() {
        return opening;
    }

    private static List<StoreFinding> without(String subject, List<StoreFinding> findings) {
        return findings.stream()
                .filter(finding -> !finding.subject().startsWith(subject))
                .toList();
    }
}
