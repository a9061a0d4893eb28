package io.backtestkit.oracle;

import java.util.List;

/**
 * The one outcome of one tick.
 *
 * @param outcome {@code idle}, {@code scheduled}, {@code waiting}, {@code opened}, {@code active}, {@code closed} or
 *     {@code cancelled}
 * @param faults why the proposal of an idle tick was refused, or what the strategy threw; mostly empty
 */
public record OracleTick(long at, String outcome, List<String> faults) {}
