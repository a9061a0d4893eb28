package io.backtestkit.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds out which process has a file locked. Linux tells; elsewhere nobody does. */
final class LockHolder {

    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int PROCESS = 4;
    private static final int PLACE = 5;

    private LockHolder() {}

    /** Returns for example {@code process 4711}. */
    static Optional<String> of(Path file) {
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:dev,ino");
            long device = Long.parseLong(String.valueOf(attributes.get("dev")));
            String place =
                    String.format(Locale.ROOT, "%02x:%02x:%s", major(device), minor(device), attributes.get("ino"));
            // 1: POSIX  ADVISORY  WRITE 4711 08:01:131074 0 EOF
            return Files.readAllLines(LOCKS).stream()
                    .map(line -> List.of(line.strip().split("\\s+")))
                    .filter(fields -> fields.size() > PLACE && fields.get(PLACE).equals(place))
                    .map(fields -> fields.get(PROCESS))
                    .filter(process -> process.matches("[1-9]\\d*"))
                    .map(process -> "process " + process)
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static long major(long device) {
        return ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
    }

    private static long minor(long device) {
        return (device & 0xff) | ((device >> 12) & ~0xffL);
    }
}
