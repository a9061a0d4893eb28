package io.backtestkit.engine;

import static io.backtestkit.engine.Runs.ALWAYS;

import io.backtestkit.event.Event;
import io.backtestkit.store.RetryPolicy;
import io.backtestkit.testkit.RecordedEvents;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A kit with a session of its own, as another process would be. */
final class Trader {

    final RecordedEvents<Event> events = new RecordedEvents<>();
    final BlockingQueue<String> names = new LinkedBlockingQueue<>();
    final HandFeed feed = new HandFeed(Minutes.atFullHour().flat(4, 100).candles());
    final BacktestKit kit;
    private int minute = 4;

    Trader(ClaimedStore store, Duration lease) {
        kit = BacktestKit.builder()
                .store(store)
                .claimLease(lease)
                .retries(new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)))
                .build();
        kit.events().on(Event.class, events);
        kit.events().on(Event.class, event -> names.add(event.getClass().getSimpleName()));
    }

    LiveSession start(boolean standby) {
        return Runs.live(kit, ALWAYS, feed).standby(standby).start();
    }

    /** Starts on that feed; to end, once it is stopped, it has no time at all. */
    LiveSession startOn(CandleFeed stuck) {
        return Runs.live(kit, ALWAYS, stuck).longestStop(Duration.ofMillis(1)).start();
    }

    /** Gives the next minute at that price and waits for what is said of it. */
    String minuteAt(double price) throws InterruptedException {
        feed.give(Minutes.flatAt(minute++, price));
        return next();
    }

    String next() throws InterruptedException {
        @Nullable String name = names.poll(Runs.LONG.toSeconds(), TimeUnit.SECONDS);
        return name == null ? "nothing" : name;
    }
}
