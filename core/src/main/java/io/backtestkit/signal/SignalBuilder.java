package io.backtestkit.signal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Signal}. Defaults: exchange {@code paper}, phase scheduled, no time limit, cost 100, no entries, no
 * note. Position, id, the three prices and the time of creation must be given. Not for use by several threads.
 */
public final class SignalBuilder {

    private static final SortedMap<String, String> NONE = Collections.unmodifiableSortedMap(new TreeMap<>());

    final SignalKey key;
    String id = "";
    String exchange = "paper";
    Position position = Position.LONG;
    Phase phase = Phase.SCHEDULED;
    BigDecimal priceOpen = BigDecimal.ZERO;
    BigDecimal priceTakeProfit = BigDecimal.ZERO;
    BigDecimal priceStopLoss = BigDecimal.ZERO;
    TimeLimit minuteEstimatedTime = TimeLimit.none();
    Instant createdAt = Instant.EPOCH;

    @Nullable
    Instant scheduledAt;

    @Nullable
    Instant openTimestamp;

    BigDecimal cost = BigDecimal.valueOf(100);
    List<Entry> entries = List.of();
    List<PartialClose> partialCloses = List.of();

    @Nullable
    BigDecimal movedTakeProfit;

    @Nullable
    BigDecimal movedStopLoss;

    @Nullable
    Marks marks;

    @Nullable
    CloseIntent closeIntent;

    Map<String, String> memo = Map.of();
    String note = "";
    Map<String, String> unknownFields = Map.of();

    SignalBuilder(SignalKey key) {
        this.key = key;
    }

    /** Sets the id; refused when blank or longer than {@value Signal#LONGEST_ID} characters. */
    public SignalBuilder id(String id) {
        this.id = id;
        return this;
    }

    /** Sets the name of the exchange; refused when blank. */
    public SignalBuilder exchange(String exchange) {
        this.exchange = exchange;
        return this;
    }

    /** Sets the side of the market. */
    public SignalBuilder position(Position position) {
        this.position = position;
        return this;
    }

    /** Sets the phase; the times and the close intent must fit it. */
    public SignalBuilder phase(Phase phase) {
        this.phase = phase;
        return this;
    }

    /** Sets the entry price; refused unless above 0. */
    public SignalBuilder priceOpen(BigDecimal price) {
        this.priceOpen = Prices.normalized(price);
        return this;
    }

    /** Sets the original take profit; refused unless on the profitable side of the entry. */
    public SignalBuilder priceTakeProfit(BigDecimal price) {
        this.priceTakeProfit = Prices.normalized(price);
        return this;
    }

    /** Sets the original stop loss; refused unless above 0 and on the losing side of the entry. */
    public SignalBuilder priceStopLoss(BigDecimal price) {
        this.priceStopLoss = Prices.normalized(price);
        return this;
    }

    /** Sets how long the position may be held. */
    public SignalBuilder minuteEstimatedTime(TimeLimit limit) {
        this.minuteEstimatedTime = limit;
        return this;
    }

    /** Sets when the signal was accepted; kept to the millisecond. */
    public SignalBuilder createdAt(Instant at) {
        this.createdAt = Times.kept(at);
        return this;
    }

    /** Sets when it began to rest at its entry price; kept to the millisecond. */
    public SignalBuilder scheduledAt(Instant at) {
        this.scheduledAt = Times.kept(at);
        return this;
    }

    /** Sets when the position opened; kept to the millisecond. */
    public SignalBuilder openTimestamp(Instant at) {
        this.openTimestamp = Times.kept(at);
        return this;
    }

    /** Sets what the first entry spends, in quote units; refused unless above 0. */
    public SignalBuilder cost(BigDecimal cost) {
        this.cost = Prices.normalized(cost);
        return this;
    }

    /** Sets every entry so far, oldest first. */
    public SignalBuilder entries(List<Entry> entries) {
        this.entries = entries;
        return this;
    }

    /** Sets every part left early, oldest first. */
    public SignalBuilder partialCloses(List<PartialClose> partialCloses) {
        this.partialCloses = partialCloses;
        return this;
    }

    /** Sets the moved take profit; refused if it crosses the stop loss in force. */
    public SignalBuilder movedTakeProfit(BigDecimal price) {
        this.movedTakeProfit = Prices.normalized(price);
        return this;
    }

    /** Sets the moved stop loss; refused if it crosses the take profit in force. */
    public SignalBuilder movedStopLoss(BigDecimal price) {
        this.movedStopLoss = Prices.normalized(price);
        return this;
    }

    /** Sets the best and worst mark so far. */
    public SignalBuilder marks(Marks marks) {
        this.marks = marks;
        return this;
    }

    /** Sets the decided exit; needed in phase closing, refused in any other. */
    public SignalBuilder closeIntent(CloseIntent intent) {
        this.closeIntent = intent;
        return this;
    }

    /** Sets the strategy's own small memory; any text but NUL characters and unpaired surrogates. */
    public SignalBuilder memo(Map<String, String> memo) {
        this.memo = memo;
        return this;
    }

    /** Sets the strategy's remark; refused when longer than {@value Signal#LONGEST_NOTE} characters. */
    public SignalBuilder note(String note) {
        this.note = note;
        return this;
    }

    SignalBuilder unknownFields(Map<String, String> rawJsonByName) {
        this.unknownFields = rawJsonByName;
        return this;
    }

    /**
     * Checks the whole record and returns it.
     *
     * @throws IllegalArgumentException if the record cannot be; every fault is named in the one message
     */
    public Signal build() {
        Faults faults = new Faults();
        checkTexts(faults);
        checkPrices(faults);
        checkPhase(faults);
        faults.throwIfAny(() -> "Cannot accept signal '" + id + "' of " + key);
        return new Signal(this);
    }

    private void checkTexts(Faults faults) {
        faults.checkText("id", id, Signal.LONGEST_ID);
        if (id.isBlank()) {
            faults.add("the id was blank");
        }
        faults.checkText("exchange", exchange, SignalKey.LONGEST_PART);
        if (exchange.isBlank()) {
            faults.add("the exchange was blank");
        }
        faults.checkText("note", note, Signal.LONGEST_NOTE);
        memo.forEach((name, value) -> {
            faults.checkText("memo key", name, Signal.LONGEST_NOTE);
            faults.checkText("memo value", value, Signal.LONGEST_NOTE);
        });
    }

    private void checkPrices(Faults faults) {
        checkPositive(faults, "entry price", priceOpen);
        checkPositive(faults, "take profit", priceTakeProfit);
        checkPositive(faults, "stop loss", priceStopLoss);
        checkPositive(faults, "cost", cost);
        checkOrder(faults, "stop loss", priceStopLoss, "entry price", priceOpen);
        checkOrder(faults, "entry price", priceOpen, "take profit", priceTakeProfit);
        if (movedStopLoss != null) {
            checkPositive(faults, "moved stop loss", movedStopLoss);
        }
        if (movedTakeProfit != null) {
            checkPositive(faults, "moved take profit", movedTakeProfit);
        }
        if (movedStopLoss != null || movedTakeProfit != null) {
            checkOrder(
                    faults,
                    "stop loss in force",
                    movedStopLoss != null ? movedStopLoss : priceStopLoss,
                    "take profit in force",
                    movedTakeProfit != null ? movedTakeProfit : priceTakeProfit);
        }
    }

    private static void checkPositive(Faults faults, String name, BigDecimal value) {
        if (value.signum() <= 0) {
            faults.add("the " + name + " was " + value.toPlainString() + ", it must be above 0");
        }
    }

    /** Checks that {@code nearer} lies towards the loss of {@code farther}: below it if long, above it if short. */
    private void checkOrder(
            Faults faults, String nearerName, BigDecimal nearer, String fartherName, BigDecimal farther) {
        int order = nearer.compareTo(farther);
        if (position == Position.LONG ? order >= 0 : order <= 0) {
            faults.add("the " + nearerName + " was " + nearer.toPlainString() + " and the " + fartherName + " "
                    + farther.toPlainString() + ", a " + position.code() + " needs the first "
                    + (position == Position.LONG ? "below" : "above") + " the second");
        }
    }

    private void checkPhase(Faults faults) {
        boolean hasOpened = openTimestamp != null;
        boolean mustHaveOpened = phase == Phase.OPEN || phase == Phase.CLOSING;
        if (hasOpened != mustHaveOpened) {
            faults.add("the phase was " + phase.code() + (hasOpened ? " with" : " without") + " an opening time");
        }
        if (phase == Phase.SCHEDULED && scheduledAt == null) {
            faults.add("the phase was scheduled without a scheduling time");
        }
        if ((phase == Phase.CLOSING) != (closeIntent != null)) {
            faults.add(
                    "the phase was " + phase.code() + (closeIntent != null ? " with" : " without") + " a close intent");
        }
        if (!hasOpened && (!entries.isEmpty() || !partialCloses.isEmpty() || marks != null)) {
            faults.add("it had entries, partial closes or marks before it opened");
        }
        checkNotBefore(faults, "scheduling time", scheduledAt, createdAt);
        checkNotBefore(faults, "opening time", openTimestamp, scheduledAt != null ? scheduledAt : createdAt);
    }

    private static void checkNotBefore(Faults faults, String name, @Nullable Instant time, Instant earliest) {
        if (time != null && time.isBefore(earliest)) {
            faults.add("the " + name + " was " + time + ", before " + earliest);
        }
    }

    static SortedMap<String, String> sortedCopy(Map<String, String> map) {
        return map.isEmpty() ? NONE : Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }

    /** Adds one entry to those already there. */
    public SignalBuilder addEntry(Entry entry) {
        List<Entry> longer = new ArrayList<>(entries);
        longer.add(entry);
        return entries(longer);
    }
}
