package io.backtestkit.signal;

/**
 * Names the one slot a signal can occupy: a strategy on a symbol.
 *
 * <p>Both parts may hold any text a store could stumble over ({@code BTC/USDT}, {@code ../x}, {@code a:b}, {@code CON});
 * two different keys never meet in one slot, in no store.
 *
 * @param strategy the strategy's name: not blank, at most {@value #LONGEST_PART} characters, no NUL character, no unpaired
 *     surrogate
 * @param symbol the symbol's name, under the same rules
 */
public record SignalKey(String strategy, String symbol) implements Comparable<SignalKey> {

    /** The longest strategy or symbol, in {@code char}s. */
    public static final int LONGEST_PART = 255;

    /**
     * Checks both parts.
     *
     * @throws IllegalArgumentException if a part breaks the rules above; the message names every fault
     */
    public SignalKey {
        Faults faults = new Faults();
        checkPart(faults, "strategy", strategy);
        checkPart(faults, "symbol", symbol);
        faults.throwIfAny(() -> "Cannot name a signal slot");
    }

    private static void checkPart(Faults faults, String name, String part) {
        faults.checkText(name, part, LONGEST_PART);
        if (part.isBlank()) {
            faults.add("the " + name + " was blank");
        }
    }

    /** Orders by strategy, then by symbol, by UTF-16 code unit. */
    @Override
    public int compareTo(SignalKey other) {
        int byStrategy = strategy.compareTo(other.strategy);
        return byStrategy != 0 ? byStrategy : symbol.compareTo(other.symbol);
    }

    /** Returns {@code strategy/symbol}, for people; it does not tell {@code a/b + c} from {@code a + b/c}. */
    @Override
    public String toString() {
        return strategy + "/" + symbol;
    }
}
