package io.backtestkit.store.file;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who opened a data folder last, as kept in its owner file:
 *
 * <pre>
 * {"format":"backtest-kit owner","version":1,"epoch":7,"process":1234,"host":"h1","openedAt":"2026-01-01T00:00:00Z"}
 * </pre>
 *
 * @param epoch which opening of the folder it was, from 1
 * @param process the operating system's number of the process
 * @param host the name of its machine
 * @param openedAt when, UTC
 */
record Owner(long epoch, long process, String host, Instant openedAt) {

    private static final Pattern FORMAT =
            Pattern.compile("\\{\"format\":\"backtest-kit owner\",\"version\":1,\"epoch\":(\\d{1,18}),"
                    + "\"process\":(\\d{1,18}),\"host\":\"([A-Za-z0-9._-]*)\",\"openedAt\":\"([0-9TZ:.-]+)\"}\n");

    /** Names this process. */
    static Owner thisProcess(long epoch) {
        return new Owner(epoch, ProcessHandle.current().pid(), hostName(), Instant.now());
    }

    byte[] encode() {
        String line = "{\"format\":\"backtest-kit owner\",\"version\":1,\"epoch\":" + epoch + ",\"process\":" + process
                + ",\"host\":\"" + host + "\",\"openedAt\":\"" + openedAt + "\"}\n";
        return line.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the owner those bytes name; empty if they are not as they were written. */
    static Optional<Owner> decode(byte[] bytes) {
        Matcher fields = FORMAT.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!fields.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Owner(
                    Long.parseLong(fields.group(1)),
                    Long.parseLong(fields.group(2)),
                    fields.group(3),
                    Instant.parse(fields.group(4))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns {@code process 1234 on host h1 since 2026-01-01T00:00:00Z}, to the second. */
    @Override
    public String toString() {
        return "process " + process + " on host " + host + " since " + openedAt.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Prefers the kernel's word: asking the network for the own name can take seconds. */
    private static String hostName() {
        String name;
        try {
            name = Files.readString(Path.of("/proc/sys/kernel/hostname"));
        } catch (IOException e) {
            name = networkName();
        }
        return name.strip().replaceAll("[^A-Za-z0-9._-]", "_");
    }

    private static String networkName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
