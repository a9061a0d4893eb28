package io.backtestkit.examples;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.backtestkit.engine.CandleFeed;
import io.backtestkit.market.Candle;
import io.backtestkit.market.Candles;
import io.backtestkit.market.Interval;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an exchange for its latest minutes over HTTP, in the form of Binance's {@code GET /api/v3/klines}: an array of arrays
 * that begin with open time, open, high, low, close and volume. The last candle of an answer still runs, so a candle is taken
 * once the next one has begun.
 */
public final class KlineFeed implements CandleFeed {

    private static final JsonFactory JSON = new JsonFactory();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;
    private final int minutes;
    private final Duration pause;
    private final InstantSource clock;
    private final Duration longestRequest;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile CompletableFuture<HttpResponse<String>> asked = new CompletableFuture<>();
    private long wanted;
    private long askAt;

    /**
     * Makes a feed; asks for nothing yet.
     *
     * @param exchange for example {@code https://api.binance.com}
     * @param symbol as the exchange spells it, for example {@code BTCUSDT}
     * @param minutes how many minutes of history the strategy is to see at once, 1 to 999
     * @param pause how long to wait when a minute is over and the exchange does not show it yet
     */
    public KlineFeed(URI exchange, String symbol, int minutes, Duration pause) {
        this(exchange, symbol, minutes, pause, InstantSource.system(), Duration.ofSeconds(10));
    }

    /** Makes a feed whose exchange lives at another time, and may take that long to answer. */
    KlineFeed(URI exchange, String symbol, int minutes, Duration pause, InstantSource clock, Duration longestRequest) {
        this.address =
                exchange + "/api/v3/klines?interval=1m&symbol=" + URLEncoder.encode(symbol, StandardCharsets.UTF_8);
        this.minutes = minutes;
        this.pause = pause;
        this.clock = clock;
        this.longestRequest = longestRequest;
    }

    // tag::feed[]
    /** A failure is thrown: the session reports it and asks again after a pause. */
    @Override
    public Candles history() throws IOException, InterruptedException {
        Candles.Builder history = Candles.builder(Interval.ONE_MINUTE);
        for (Candle candle : finished("&limit=" + (minutes + 1))) {
            if (history.size() > 0 && candle.timestamp() != history.nextTimestamp()) {
                history = Candles.builder(Interval.ONE_MINUTE); // the exchange paused: begin after that
            }
            history.append(candle);
        }
        if (history.size() == 0) {
            throw new IOException("no candle yet at " + address);
        }
        wanted = history.nextTimestamp();
        return history.build();
    }

    @Override
    public Optional<Candle> next() throws IOException, InterruptedException {
        while (!closed.await(askAt - clock().millis(), TimeUnit.MILLISECONDS)) {
            List<Candle> finished = finished("&limit=2&startTime=" + wanted);
            if (!finished.isEmpty()) {
                Candle candle = finished.get(0);
                wanted = candle.timestamp() + Interval.MINUTE_MILLIS;
                askAt = wanted + Interval.MINUTE_MILLIS;
                return Optional.of(candle);
            }
            askAt = clock().millis() + pause.toMillis();
        }
        return Optional.empty();
    }

    @Override
    public InstantSource clock() {
        return clock;
    }

    @Override
    public void close() {
        closed.countDown();
        asked.cancel(true);
    }
    // end::feed[]

    /** Returns none if the feed was closed. */
    private List<Candle> finished(String which) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + which)).build();
        asked = http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        try {
            if (closed.getCount() == 0) {
                return List.of();
            }
            // a time-out of the request itself may end with the headers, and the rest be waited for without end
            HttpResponse<String> answer = asked.get(longestRequest.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("HTTP " + answer.statusCode() + " from " + address + ": " + answer.body());
            }
            List<Candle> candles = parsed(answer.body());
            return candles.isEmpty() ? candles : candles.subList(0, candles.size() - 1);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer within " + longestRequest + " from " + address, e);
        } catch (ExecutionException | CancellationException e) {
            if (closed.getCount() == 0) {
                return List.of();
            }
            throw new IOException("no answer from " + address + ": " + e.getCause(), e);
        } finally {
            asked.cancel(true);
        }
    }

    private static List<Candle> parsed(String json) throws IOException {
        List<Candle> candles = new ArrayList<>();
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("no array of candles: " + json);
            }
            while (in.nextToken() == JsonToken.START_ARRAY) {
                double[] fields = new double[6];
                for (int i = 0; i < fields.length; i++) {
                    in.nextToken();
                    fields[i] = Double.parseDouble(in.getText());
                }
                candles.add(new Candle((long) fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]));
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    in.skipChildren();
                }
            }
        }
        return candles;
    }
}
