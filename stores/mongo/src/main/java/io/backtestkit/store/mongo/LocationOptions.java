package io.backtestkit.store.mongo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The options of a location, ours and the driver's, checked; faults show their names only. */
final class LocationOptions {

    private static final long LONGEST_MILLIS = 600_000;

    private static final List<String> OURS =
            List.of("expireAbandonedAfter", "insecure", "passwordEnv", "passwordFile", "singleNode");

    private static final List<String> TIMES = List.of(
            "connectTimeoutMS", "serverSelectionTimeoutMS", "socketTimeoutMS", "waitQueueTimeoutMS", "wtimeoutMS");

    private static final List<String> DRIVERS = List.of(
            "appName",
            "authMechanism",
            "authMechanismProperties",
            "authSource",
            "compressors",
            "directConnection",
            "heartbeatFrequencyMS",
            "journal",
            "localThresholdMS",
            "maxConnecting",
            "maxIdleTimeMS",
            "maxLifeTimeMS",
            "maxPoolSize",
            "minPoolSize",
            "readConcernLevel",
            "readPreference",
            "replicaSet",
            "retryReads",
            "retryWrites",
            "serverMonitoringMode",
            "srvMaxHosts",
            "srvServiceName",
            "ssl",
            "tls",
            "tlsAllowInvalidHostnames",
            "tlsInsecure",
            "w",
            "zlibCompressionLevel");

    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,9})(s|m|h|d)");

    private final List<String> faults;
    private final Map<String, String> options = new TreeMap<>();

    /** Takes the options as they stand in the location, and adds what is wrong with them to the faults. */
    LocationOptions(Map<String, String> given, List<String> faults) {
        this.faults = faults;
        given.forEach(this::take);
        checkValues();
    }

    @Nullable
    String get(String name) {
        return options.get(name);
    }

    /** Returns those that the driver understands, by their proper names. */
    Map<String, String> ofDriver() {
        Map<String, String> others = new TreeMap<>(options);
        OURS.forEach(others::remove);
        return others;
    }

    /** Takes an option under its proper name; the driver does not tell upper from lower case, so neither do we. */
    private void take(String name, String value) {
        Optional<String> known = Stream.of(OURS, TIMES, DRIVERS)
                .flatMap(List::stream)
                .filter(proper -> proper.equalsIgnoreCase(name))
                .findFirst();
        if (known.isEmpty()) {
            String shown = name.matches("[A-Za-z0-9_-]{1,40}") ? "the option '" + name + "'" : "an option";
            faults.add(shown + " is not known; known are "
                    + Stream.of(OURS, TIMES, DRIVERS).flatMap(List::stream).collect(Collectors.joining(", ")));
        } else if (options.put(known.get(), value) != null) {
            faults.add("the option '" + known.get() + "' is there twice");
        }
    }

    private void checkValues() {
        TIMES.forEach(name -> checkNumber(name, LONGEST_MILLIS));
        checkNumber("maxPoolSize", 1_000);
        checkOneOf("readPreference", List.of("primary"));
        checkOneOf("readConcernLevel", List.of("majority", "linearizable"));
        for (String name :
                List.of("insecure", "singleNode", "tls", "ssl", "tlsInsecure", "tlsAllowInvalidHostnames", "journal")) {
            checkOneOf(name, List.of("true", "false"));
        }
    }

    private void checkNumber(String name, long largest) {
        String value = options.get(name);
        if (value != null && !(value.matches("[1-9][0-9]{0,8}") && Long.parseLong(value) <= largest)) {
            faults.add("the option '" + name + "' must be a number from 1 to " + largest);
        }
    }

    private void checkOneOf(String name, List<String> values) {
        String value = options.get(name);
        if (value != null && !values.contains(value)) {
            faults.add("the option '" + name + "' must be " + String.join(" or ", values));
        }
    }

    private static Duration time(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no time: " + text);
        }
        return Duration.parse((parts.group(2).equals("d") ? "P" : "PT") + parts.group(1) + parts.group(2));
    }

    /** Returns what they say about the store. */
    MongoStoreOptions ours() {
        boolean singleNode = "true".equals(options.get("singleNode"));
        boolean insecure = "true".equals(options.get("insecure"));
        String after = options.get("expireAbandonedAfter");
        if (after != null) {
            try {
                return new MongoStoreOptions(singleNode, insecure, Optional.of(time(after)));
            } catch (IllegalArgumentException e) {
                faults.add("the option 'expireAbandonedAfter' must be a time such as 12h or 7d, at most ten years");
            }
        }
        return new MongoStoreOptions(singleNode, insecure, Optional.empty());
    }
}
