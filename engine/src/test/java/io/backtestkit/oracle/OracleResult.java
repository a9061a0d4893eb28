package io.backtestkit.oracle;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run must come to.
 *
 * @param ticks one entry for each tick; the end of the frame is not a tick
 * @param statistics by the names of the metrics; null where a number would be false
 */
public record OracleResult(
        List<OracleTick> ticks,
        List<OracleTrade> trades,
        List<OracleCancelled> cancelled,
        Map<String, @Nullable Double> statistics) {}
