package io.backtestkit.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Answers {@code GET /api/v3/klines} as Binance documents it, about minutes that a test gives it. */
final class KlineExchange implements AutoCloseable {

    private static final int OK = 200;

    private final HttpServer server;
    private final TreeMap<Long, Double> closes = new TreeMap<>();
    private final List<String> asked = new ArrayList<>();
    private int failures;
    private int hidden;
    private boolean silent;

    KlineExchange() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v3/klines", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Has a minute that begins then, with one price. */
    synchronized void minute(long openTime, double price) {
        closes.put(openTime, price);
    }

    /** Fails so many times. */
    synchronized void fail(int times) {
        failures = times;
    }

    /** Does not show its last minute so many times, as when nothing was traded in it yet. */
    synchronized void hideTheLast(int times) {
        hidden = times;
    }

    /** Sends the headers of its answers, and nothing after them. */
    synchronized void fallSilentAfterTheHeaders() {
        silent = true;
    }

    private synchronized boolean isSilent() {
        return silent;
    }

    /** Returns the queries so far. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (isSilent()) {
            exchange.sendResponseHeaders(OK, 1000);
            exchange.getResponseBody().flush();
            body(exchange.getRequestURI().getQuery());
            return; // the connection stays open until the server is stopped
        }
        try (exchange) {
            String query = exchange.getRequestURI().getQuery();
            String body = body(query);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.startsWith("[") ? OK : 429, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized String body(String query) {
        asked.add(query);
        if (failures > 0) {
            failures--;
            return "{\"code\":-1003,\"msg\":\"Too many requests.\"}";
        }
        Map<String, String> fields = Arrays.stream(query.split("&"))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(field -> field[0], field -> field[1]));
        int limit = Integer.parseInt(fields.get("limit"));
        String start = fields.get("startTime");
        List<Long> times = new ArrayList<>(
                start == null
                        ? closes.keySet()
                        : closes.tailMap(Long.valueOf(start)).keySet());
        if (hidden > 0 && start != null) {
            hidden--;
            times.remove(closes.lastKey());
        }
        int size = Math.min(limit, times.size());
        return (start == null ? times.subList(times.size() - size, times.size()) : times.subList(0, size))
                .stream().map(this::kline).collect(Collectors.joining(",", "[", "]"));
    }

    private String kline(long time) {
        String price = "\"" + closes.get(time) + "\"";
        return "[" + time + "," + String.join(",", price, price, price, price) + ",\"1.5\"," + (time + 59_999)
                + ",\"150.0\",12,\"0.5\",\"50.0\",\"0\"]";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
