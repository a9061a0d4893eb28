package io.backtestkit.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MarketViewTest {

    private static final long MINUTE = 60_000;
    /** 2024-01-01T00:00:00Z: a multiple of every interval. */
    private static final long MIDNIGHT = 1_704_067_200_000L;

    /** Returns candles of which each close tells its own minute. */
    private static Candles from(int firstMinute, int count) {
        Candles.Builder builder = Candles.builder(Interval.ONE_MINUTE);
        for (int i = firstMinute; i < firstMinute + count; i++) {
            builder.append(MIDNIGHT + i * MINUTE, 1000 + i, 1000.5 + i, 999.5 + i, 1000 + i, 1);
        }
        return builder.build();
    }

    private static MarketView at(Candles candles, int closed) {
        MarketView view = new MarketView("TEST", 5);
        view.moveTo(candles, closed);
        return view;
    }

    @Test
    void the_view_ends_at_the_last_closed_candle() {
        MarketView view = at(from(0, 100), 30);
        assertThat(view.symbol()).isEqualTo("TEST");
        assertThat(view.time()).isEqualTo(MIDNIGHT + 30 * MINUTE);
        assertThat(view.closedMinutes()).isEqualTo(30);
        assertThat(view.lastHigh()).isEqualTo(1029.5);
        assertThat(view.lastLow()).isEqualTo(1028.5);
        Candles minutes = view.candles(Interval.ONE_MINUTE, 1_000);
        assertThat(minutes.size()).isEqualTo(30);
        assertThat(minutes.end()).isEqualTo(view.time());
        assertThat(minutes.closes()).hasSize(30).endsWith(1029);
        assertThatThrownBy(() -> minutes.close(30)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> minutes.slice(0, 31)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> minutes.meanClose(0, 31)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> minutes.timestamp(30)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void the_candle_still_forming_is_never_shown() {
        Candles candles = from(0, 100);
        assertThat(at(candles, 14).candles(Interval.FIFTEEN_MINUTES, 5).size()).isZero();
        Candles first = at(candles, 15).candles(Interval.FIFTEEN_MINUTES, 5);
        assertThat(first.size()).isEqualTo(1);
        assertThat(first.get(0)).isEqualTo(new Candle(MIDNIGHT, 1000, 1014.5, 999.5, 1014, 15));
        assertThat(at(candles, 29).candles(Interval.FIFTEEN_MINUTES, 5).size()).isEqualTo(1);
        assertThat(at(candles, 30).candles(Interval.FIFTEEN_MINUTES, 5).size()).isEqualTo(2);
    }

    @Test
    void a_candle_whose_first_minutes_are_older_than_the_data_is_left_out() {
        MarketView view = at(from(7, 60), 60);
        Candles fives = view.candles(Interval.FIVE_MINUTES, 100);
        assertThat(fives.start()).isEqualTo(MIDNIGHT + 10 * MINUTE);
        assertThat(fives.end()).isEqualTo(MIDNIGHT + 65 * MINUTE);
        assertThat(fives.size()).isEqualTo(11);
        assertThat(view.candles(Interval.ONE_HOUR, 3).size()).isZero();
    }

    @Test
    void only_the_last_ones_asked_for_are_shown_oldest_first() {
        Candles three = at(from(0, 60), 60).candles(Interval.FIVE_MINUTES, 3);
        assertThat(three.closes()).containsExactly(1049, 1054, 1059);
        assertThat(three.interval()).isEqualTo(Interval.FIVE_MINUTES);
    }

    @ParameterizedTest
    @EnumSource
    void every_interval_is_built_from_whole_buckets_of_utc(Interval interval) {
        Candles candles = from(7, 4 * 1440);
        MarketView view = new MarketView("TEST", 5);
        Random random = new Random(5);
        for (int closed = 5; closed <= candles.size(); closed += 1 + random.nextInt(400)) {
            view.moveTo(candles, closed);
            int count = 1 + random.nextInt(6);
            Candles seen = view.candles(interval, count);
            long until = Math.floorDiv(view.time(), interval.millis()) * interval.millis();
            long firstWhole = Math.floorDiv(candles.start() + interval.millis() - 1, interval.millis());
            long from = Math.max(until - count * interval.millis(), firstWhole * interval.millis());
            assertThat(seen.size()).isEqualTo((int) Math.max(0, (until - from) / interval.millis()));
            for (int i = 0; i < seen.size(); i++) {
                long open = from + i * interval.millis();
                int first = (int) ((open - MIDNIGHT) / MINUTE);
                int last = first + interval.minutes() - 1;
                assertThat(seen.get(i))
                        .isEqualTo(new Candle(
                                open, 1000 + first, 1000.5 + last, 999.5 + first, 1000 + last, interval.minutes()));
            }
        }
    }

    @Test
    void candles_taken_earlier_do_not_change_when_the_view_moves_on() {
        Candles candles = from(0, 300);
        MarketView view = at(candles, 30);
        Candles taken = view.candles(Interval.FIFTEEN_MINUTES, 10);
        double[] closes = taken.closes();
        for (int closed = 31; closed <= 300; closed++) {
            view.moveTo(candles, closed);
            assertThat(view.candles(Interval.FIFTEEN_MINUTES, 100).size()).isEqualTo(closed / 15);
        }
        assertThat(taken.size()).isEqualTo(2);
        assertThat(taken.closes()).isEqualTo(closes);
    }

    @Test
    void asking_for_no_candles_is_refused() {
        MarketView view = at(from(0, 10), 10);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> view.candles(Interval.ONE_MINUTE, 0))
                .withMessage("Cannot show 0 candles: at least 1 must be asked for.");
    }

    @Test
    void the_memo_is_empty_until_there_is_one() {
        MarketView view = at(from(0, 10), 10);
        assertThat(view.memo()).isEmpty();
        view.remember(Map.of("a", "1"));
        assertThat(view.memo()).containsEntry("a", "1");
    }
}
