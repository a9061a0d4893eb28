package io.backtestkit.store.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A process of its own that waits for a line, then opens a store on several threads at once. */
final class ChildMain {

    private ChildMain() {}

    static Process start(String... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(
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

    /** Takes the location and the number of threads. */
    public static void main(String[] arguments) throws Exception {
        String location = arguments[0];
        int count = Integer.parseInt(arguments[1]);
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
}
