package io.backtestkit.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs {@code bench store} on the servers that the tests start: real Redis, real PostgreSQL, and the emulator of MongoDB. The
 * arguments are handed on, for example --signals.
 */
final class BenchServersMain {

    private BenchServersMain() {}

    public static void main(String[] arguments) {
        for (String location :
                List.of(RealServers.redis().newPlace(), RealServers.postgres().newPlace())) {
            List<String> command = new ArrayList<>(List.of("bench", "store", "--store", location));
            command.addAll(List.of(arguments));
            int exitCode = Main.run(command.toArray(String[]::new), System.out, System.err);
            if (exitCode != 0) {
                System.exit(exitCode);
            }
            System.out.println();
        }
        System.exit(0);
    }
}
