package io.backtestkit.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names this process as the owner of claims, so that people can find it and another process on the same machine can tell
 * that it is dead:
 *
 * <pre>
 * process 4711 on trader-1, started 2026-01-15T09:30:00Z, 1c8e4b0f-88123-2
 * </pre>
 *
 * <p>The last part is a hash of what must be the same for two processes to see each other's numbers (the running system and
 * its space of process numbers), the system's own count at the start of the process (unlike a time of day it is never set
 * anew), and a number that tells owners inside one process apart. It is {@code unknown} where the system has no such
 * things; claims of dead processes then simply run out.
 */
public final class ProcessOwner {

    private static final Pattern FORM = Pattern.compile("process (\\d{1,18}) on .*, ([0-9a-f]{8})-(\\d+)-\\d+");
    private static final int START_IN_STAT = 19;

    private static final AtomicInteger OWNERS = new AtomicInteger();

    private ProcessOwner() {}

    /** Returns a name for an owner in this process; another one with each call. */
    public static String name() {
        ProcessHandle self = ProcessHandle.current();
        String started = self.info()
                .startInstant()
                .map(start -> ", started " + start.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
        String proof = space().flatMap(space -> start(self.pid()).map(start -> space + "-" + start))
                .orElse("unknown");
        return "process " + self.pid() + " on " + host() + started + ", " + proof + "-" + OWNERS.incrementAndGet();
    }

    /**
     * Says whether the process that made this name has certainly ended: it was on this running system, with the same space
     * of process numbers, and no process with that number and start is there. False wherever that cannot be told.
     */
    public static boolean isDead(String name) {
        Matcher parts = FORM.matcher(name);
        if (!parts.matches() || !space().equals(Optional.of(parts.group(2)))) {
            return false;
        }
        long number = Long.parseLong(parts.group(1));
        if (ProcessHandle.of(number).isEmpty()) {
            return Files.exists(Path.of("/proc/1/stat")); // else this user may not see the processes of others
        }
        Optional<String> start = start(number);
        return start.isPresent() && !start.get().equals(parts.group(3));
    }

    /** Returns the system's count of clock ticks when that process started. */
    private static Optional<String> start(long number) {
        try {
            String stat = Files.readString(Path.of("/proc/" + number + "/stat"), ISO_8859_1);
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            return Optional.of(fields.get(START_IN_STAT));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static String host() {
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            name = "unknown";
        }
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "_");
        return plain.substring(0, Math.min(plain.length(), 64));
    }

    /** Known on Linux only: elsewhere nothing tells one container's process numbers from another's. */
    private static Optional<String> space() {
        try {
            Path seen = Files.readSymbolicLink(Path.of("/proc/self"));
            if (!seen.toString().equals(Long.toString(ProcessHandle.current().pid()))) {
                return Optional.empty(); // it shows the processes of another space than ours
            }
            String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
            String processes =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return Optional.of(String.format("%08x", (boot + processes).hashCode()));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
