package io.backtestkit.oracle;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One closed signal; every price has scale 8, every time is in epoch milliseconds.
 *
 * @param scheduledAt null if it was opened at the tick of its proposal
 * @param closeReason {@code time_expired}, {@code take_profit}, {@code stop_loss} or {@code frame_end}
 */
public record OracleTrade(
        OraclePosition position,
        BigDecimal priceOpen,
        BigDecimal priceTakeProfit,
        BigDecimal priceStopLoss,
        @Nullable Long scheduledAt,
        long openedAt,
        long closedAt,
        String closeReason,
        BigDecimal priceClose,
        double pnlPercent,
        double bestMark,
        double worstMark) {}
