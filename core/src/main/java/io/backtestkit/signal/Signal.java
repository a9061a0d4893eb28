package io.backtestkit.signal;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A bracket the engine accepted: everything needed to go on with it after a restart, in one record.
 *
 * <p>A signal cannot exist in a state that cannot be: its builder refuses a stop loss on the wrong side, a price of 0, a
 * blank id and the like, so every record is checked before it is written and after it is read. Prices are equal by value
 * (50000, 50000.00 and 5E4 are one price); times are UTC to the millisecond. Immutable.
 */
public final class Signal {

    /** The longest note, in {@code char}s. */
    public static final int LONGEST_NOTE = 65_536;

    /** The longest id, in {@code char}s. */
    public static final int LONGEST_ID = 255;

    private final SignalKey key;
    private final String id;
    private final String exchange;
    private final Position position;
    private final Phase phase;
    private final BigDecimal priceOpen;
    private final BigDecimal priceTakeProfit;
    private final BigDecimal priceStopLoss;
    private final TimeLimit minuteEstimatedTime;
    private final Instant createdAt;
    private final @Nullable Instant scheduledAt;
    private final @Nullable Instant openTimestamp;
    private final BigDecimal cost;
    private final List<Entry> entries;
    private final List<PartialClose> partialCloses;
    private final @Nullable BigDecimal movedTakeProfit;
    private final @Nullable BigDecimal movedStopLoss;
    private final @Nullable Marks marks;
    private final @Nullable CloseIntent closeIntent;
    private final SortedMap<String, String> memo;
    private final String note;
    private final SortedMap<String, String> unknownFields;

    Signal(SignalBuilder from) {
        key = from.key;
        id = from.id;
        exchange = from.exchange;
        position = from.position;
        phase = from.phase;
        priceOpen = from.priceOpen;
        priceTakeProfit = from.priceTakeProfit;
        priceStopLoss = from.priceStopLoss;
        minuteEstimatedTime = from.minuteEstimatedTime;
        createdAt = from.createdAt;
        scheduledAt = from.scheduledAt;
        openTimestamp = from.openTimestamp;
        cost = from.cost;
        entries = List.copyOf(from.entries);
        partialCloses = List.copyOf(from.partialCloses);
        movedTakeProfit = from.movedTakeProfit;
        movedStopLoss = from.movedStopLoss;
        marks = from.marks;
        closeIntent = from.closeIntent;
        memo = SignalBuilder.sortedCopy(from.memo);
        note = from.note;
        unknownFields = SignalBuilder.sortedCopy(from.unknownFields);
    }

    /** Copies everything but the marks. */
    private Signal(Signal from, Marks marks) {
        key = from.key;
        id = from.id;
        exchange = from.exchange;
        position = from.position;
        phase = from.phase;
        priceOpen = from.priceOpen;
        priceTakeProfit = from.priceTakeProfit;
        priceStopLoss = from.priceStopLoss;
        minuteEstimatedTime = from.minuteEstimatedTime;
        createdAt = from.createdAt;
        scheduledAt = from.scheduledAt;
        openTimestamp = from.openTimestamp;
        cost = from.cost;
        entries = from.entries;
        partialCloses = from.partialCloses;
        movedTakeProfit = from.movedTakeProfit;
        movedStopLoss = from.movedStopLoss;
        this.marks = marks;
        closeIntent = from.closeIntent;
        memo = from.memo;
        note = from.note;
        unknownFields = from.unknownFields;
    }

    /** Starts a signal for that slot. */
    public static SignalBuilder builder(SignalKey key) {
        return new SignalBuilder(key);
    }

    /** Starts a changed copy, unknown fields of the stored record included. */
    public SignalBuilder toBuilder() {
        SignalBuilder copy = new SignalBuilder(key);
        copy.id = id;
        copy.exchange = exchange;
        copy.position = position;
        copy.phase = phase;
        copy.priceOpen = priceOpen;
        copy.priceTakeProfit = priceTakeProfit;
        copy.priceStopLoss = priceStopLoss;
        copy.minuteEstimatedTime = minuteEstimatedTime;
        copy.createdAt = createdAt;
        copy.scheduledAt = scheduledAt;
        copy.openTimestamp = openTimestamp;
        copy.cost = cost;
        copy.entries = entries;
        copy.partialCloses = partialCloses;
        copy.movedTakeProfit = movedTakeProfit;
        copy.movedStopLoss = movedStopLoss;
        copy.marks = marks;
        copy.closeIntent = closeIntent;
        copy.memo = memo;
        copy.note = note;
        copy.unknownFields = unknownFields;
        return copy;
    }

    /**
     * Returns this signal with other marks: the one change that comes with almost every tick of an open position.
     *
     * @throws IllegalStateException if the position has not opened, and so has no marks
     */
    public Signal withMarks(Marks marks) {
        if (openTimestamp == null) {
            throw new IllegalStateException("Cannot mark signal '" + id + "' of " + key + ": it has not opened.");
        }
        return new Signal(this, marks);
    }

    /** Returns the slot it occupies. */
    public SignalKey key() {
        return key;
    }

    /**
     * Refuses to be stored in another slot than its own: the first line of every store's write.
     *
     * @throws IllegalArgumentException if {@code slot} is not {@link #key()}
     */
    public void requireKey(SignalKey slot) {
        if (!slot.equals(key)) {
            throw new IllegalArgumentException(
                    "Cannot write signal " + slot + ": the signal belongs to " + key + ". Write it under its own key.");
        }
    }

    /** Returns its id: unique among the signals of its key, and the broker's client order id. */
    public String id() {
        return id;
    }

    /** Returns the name of the exchange it is traded on; {@code paper} where none is. */
    public String exchange() {
        return exchange;
    }

    /** Returns the side of the market. */
    public Position position() {
        return position;
    }

    /** Returns where it is on its way. */
    public Phase phase() {
        return phase;
    }

    /** Returns the entry price: booked if it is open, wished for if it is scheduled. */
    public BigDecimal priceOpen() {
        return priceOpen;
    }

    /** Returns the original take profit; see {@link #effectiveTakeProfit()}. */
    public BigDecimal priceTakeProfit() {
        return priceTakeProfit;
    }

    /** Returns the original stop loss; see {@link #effectiveStopLoss()}. */
    public BigDecimal priceStopLoss() {
        return priceStopLoss;
    }

    /** Returns how long the position may be held, counted from its opening. */
    public TimeLimit minuteEstimatedTime() {
        return minuteEstimatedTime;
    }

    /** Returns when it was accepted. */
    public Instant createdAt() {
        return createdAt;
    }

    /** Returns when it began to rest at its entry price; empty if it opened at once. */
    public Optional<Instant> scheduledAt() {
        return Optional.ofNullable(scheduledAt);
    }

    /** Returns when the position opened; empty while it is scheduled or opening. */
    public Optional<Instant> openTimestamp() {
        return Optional.ofNullable(openTimestamp);
    }

    /** Returns what the first entry spends, in quote units. */
    public BigDecimal cost() {
        return cost;
    }

    /** Returns every entry so far, oldest first; empty until the position is open. */
    public List<Entry> entries() {
        return entries;
    }

    /** Returns every part that was left early, oldest first. */
    public List<PartialClose> partialCloses() {
        return partialCloses;
    }

    /** Returns the take profit it was moved to, if it was. */
    public Optional<BigDecimal> movedTakeProfit() {
        return Optional.ofNullable(movedTakeProfit);
    }

    /** Returns the stop loss it was moved to, if it was. */
    public Optional<BigDecimal> movedStopLoss() {
        return Optional.ofNullable(movedStopLoss);
    }

    /** Returns the take profit in force: the moved one, else the original. */
    public BigDecimal effectiveTakeProfit() {
        return movedTakeProfit != null ? movedTakeProfit : priceTakeProfit;
    }

    /** Returns the stop loss in force: the moved one, else the original. */
    public BigDecimal effectiveStopLoss() {
        return movedStopLoss != null ? movedStopLoss : priceStopLoss;
    }

    /** Returns the best and worst mark so far; empty until the position is open. */
    public Optional<Marks> marks() {
        return Optional.ofNullable(marks);
    }

    /** Returns the decided exit; present exactly in phase {@link Phase#CLOSING}. */
    public Optional<CloseIntent> closeIntent() {
        return Optional.ofNullable(closeIntent);
    }

    /** Returns the strategy's own small memory, in the order of its keys; empty if it keeps none. Not modifiable. */
    public SortedMap<String, String> memo() {
        return memo;
    }

    /** Returns the strategy's remark; the empty string if there is none. */
    public String note() {
        return note;
    }

    /**
     * Says whether the stored record had fields that this version does not know. They are written back as they were read, to
     * the character: a store that rewrites JSON needs to know.
     */
    public boolean hasUnknownFields() {
        return !unknownFields.isEmpty();
    }

    /** Returns fields of the stored record this version does not know, as raw JSON by name; they survive a rewrite. */
    SortedMap<String, String> unknownFields() {
        return unknownFields;
    }

    private List<@Nullable Object> state() {
        return Arrays.asList(
                key,
                id,
                exchange,
                position,
                phase,
                priceOpen,
                priceTakeProfit,
                priceStopLoss,
                minuteEstimatedTime,
                createdAt,
                scheduledAt,
                openTimestamp,
                cost,
                entries,
                partialCloses,
                movedTakeProfit,
                movedStopLoss,
                marks,
                closeIntent,
                memo,
                note,
                unknownFields);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Signal signal && state().equals(signal.state());
    }

    @Override
    public int hashCode() {
        return state().hashCode();
    }

    /** Returns one line for people: key, id, side, phase and levels. */
    @Override
    public String toString() {
        return key + " '" + id + "' " + position.code() + " " + phase.code() + " open " + priceOpen.toPlainString()
                + " take " + effectiveTakeProfit().toPlainString() + " stop "
                + effectiveStopLoss().toPlainString();
    }
}
