package io.backtestkit.store.postgres;

import io.backtestkit.signal.SignalKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A process of its own: {@code open LOCATION THREADS} waits for a line and opens; {@code write LOCATION} never ends. */
final class ChildMain {

    private ChildMain() {}

    static Process start(String... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new java.util.ArrayList<>(List.of(
                java.toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                ChildMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("open")) {
            open(arguments[1], Integer.parseInt(arguments[2]));
        } else {
            write(arguments[1]);
        }
    }

    private static void open(String location, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> openings = IntStream.range(0, count)
                .<Future<?>>mapToObj(i -> threads.submit(() -> {
                    start.await();
                    PostgresSignalStore.open(location).close();
                    return true;
                }))
                .toList();
        System.out.println("ready");
        if (System.in.read() >= 0) {
            start.countDown();
            for (Future<?> opening : openings) {
                opening.get();
            }
            System.out.println("opened");
        }
        threads.shutdownNow();
    }

    /** Says the number of each write before and after it. */
    private static void write(String location) {
        SignalKey key = Samples.KEY;
        try (PostgresSignalStore store = PostgresSignalStore.open(location)) {
            long first = store.read(key).map(Samples::number).orElse(0L);
            for (long number = first + 1; ; number++) {
                say("begun " + number);
                store.write(key, Samples.numbered(key, number));
                say("done " + number);
            }
        }
    }

    private static void say(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }
}
