package io.backtestkit.signal;

/**
 * The best and the worst profit an open position could have been left with so far.
 *
 * @param best the highest {@code pnlPercent} seen, in percent (0-100 units); finite
 * @param worst the lowest one; finite, not above {@code best}
 */
public record Marks(double best, double worst) {

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if one is not finite, or the worst is above the best
     */
    public Marks {
        if (!Double.isFinite(best) || !Double.isFinite(worst) || worst > best) {
            throw new IllegalArgumentException("Cannot record marks: the best was " + best + " and the worst " + worst
                    + ". Both must be finite, the worst not above the best.");
        }
    }

    /** Returns marks that also cover {@code pnlPercent}: this object if they already do. */
    public Marks covering(double pnlPercent) {
        if (pnlPercent <= best && pnlPercent >= worst) {
            return this;
        }
        return new Marks(Math.max(best, pnlPercent), Math.min(worst, pnlPercent));
    }
}
