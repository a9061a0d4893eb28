package io.backtestkit.store.redis;

import io.backtestkit.store.StoreLocation;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A location of a Redis store, taken apart and checked. Every fault of it is reported at once. */
final class RedisAddress {

    /** A server. */
    record Host(String name, int port) {

        boolean isLoopback() {
            return name.equals("localhost") || name.equals("::1") || name.startsWith("127.");
        }

        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    private static final Pattern FORM =
            Pattern.compile("//(?:(?<user>[^@]*)@)?(?<hosts>[^@/]+)(?:/(?<database>\\d{0,5}))?");
    private static final Pattern HOST =
            Pattern.compile("(?:\\[(?<v6>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\\d{1,5}))?");
    private static final List<String> OPTIONS = List.of(
            "acceptLossWindow",
            "acceptUnverified",
            "caFile",
            "commandTimeout",
            "connectTimeout",
            "expireAbandonedAfter",
            "insecure",
            "keepAlive",
            "passwordEnv",
            "passwordFile",
            "sentinelMasterId",
            "sentinelPasswordEnv",
            "socketTimeout");

    private final StoreLocation location;
    private final UnaryOperator<@Nullable String> environment;
    private final List<String> faults = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private int database;
    private String user = "";
    private String password = "";

    private RedisAddress(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        this.location = location;
        this.environment = environment;
    }

    /**
     * Takes a location apart and looks the password up.
     *
     * @param environment how to look up an environment variable
     * @throws IllegalArgumentException if it is not complete, or an option is unknown or wrong
     */
    static RedisAddress of(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        RedisAddress address = new RedisAddress(location, environment);
        address.readAddress();
        address.readOptions();
        if (!address.faults.isEmpty()) {
            throw new IllegalArgumentException("Cannot open store '" + location + "': "
                    + String.join("; ", address.faults)
                    + ". Write redis://host:6379/0?option=value; the options are " + String.join(", ", OPTIONS) + ".");
        }
        return address;
    }

    boolean clustered() {
        return location.scheme().endsWith("-cluster");
    }

    boolean sentinel() {
        return location.scheme().endsWith("-sentinel");
    }

    boolean encrypted() {
        return location.scheme().startsWith("rediss");
    }

    boolean insecure() {
        return flag("insecure");
    }

    List<Host> hosts() {
        return hosts;
    }

    int database() {
        return database;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    String sentinelMasterId() {
        return option("sentinelMasterId").orElse("");
    }

    String sentinelPassword() {
        return option("sentinelPasswordEnv").map(this::variable).orElse("");
    }

    Optional<Path> caFile() {
        return option("caFile").map(Path::of);
    }

    /** Returns what can be overheard or forged on the way; empty on this machine and with a checked certificate. */
    Optional<String> insecurity() {
        boolean near = hosts.stream().allMatch(Host::isLoopback);
        if (encrypted()) {
            return insecure() ? Optional.of("certificates are not checked (insecure=true)") : Optional.empty();
        }
        return near ? Optional.empty() : Optional.of("the connection to another machine is not encrypted");
    }

    RedisSettings settings() {
        RedisSettings standard = RedisSettings.standard();
        return new RedisSettings(
                duration("connectTimeout").orElse(standard.connectTimeout()),
                duration("commandTimeout").orElse(standard.commandTimeout()),
                duration("socketTimeout").orElse(standard.socketTimeout()),
                duration("keepAlive").orElse(standard.keepAlive()),
                duration("acceptLossWindow"),
                flag("acceptUnverified"),
                duration("expireAbandonedAfter"));
    }

    /** Returns scheme, hosts and database: nothing in it is secret. */
    String describe() {
        String names = String.join(",", hosts.stream().map(Host::toString).toList());
        return location.scheme() + "://" + names + (clustered() ? "" : "/" + database);
    }

    @Override
    public String toString() {
        return describe();
    }

    private void readAddress() {
        Matcher form = FORM.matcher(location.address());
        if (!form.matches()) {
            faults.add("its address is not //host:port/database");
            return;
        }
        for (String host : form.group("hosts").split(",", -1)) {
            Matcher parts = HOST.matcher(host);
            int port = 0;
            if (parts.matches()) {
                String digits = parts.group("port");
                port = digits == null ? (sentinel() ? 26379 : 6379) : Integer.parseInt(digits);
            }
            if (port < 1 || port > 65535) {
                faults.add("'" + host + "' is not a host and port");
            } else {
                hosts.add(new Host(parts.group("v6") == null ? parts.group("name") : parts.group("v6"), port));
            }
        }
        if (hosts.size() > 1 && !clustered() && !sentinel()) {
            faults.add("it names several servers; write redis-sentinel:// or redis-cluster:// if it means that");
        }
        String digits = form.group("database");
        database = digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
        if (database > 0 && clustered()) {
            faults.add("a cluster has only database 0");
        }
        readUser(form.group("user"));
    }

    private void readUser(@Nullable String userInfo) {
        if (userInfo == null) {
            return;
        }
        int colon = userInfo.indexOf(':');
        try {
            user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
            password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            faults.add("its user name or password has a '%' without two hexadecimal digits");
        }
    }

    private void readOptions() {
        for (String name : new TreeSet<>(location.options().keySet())) {
            if (!OPTIONS.contains(name)) {
                faults.add("the option '" + name + "' is not known");
            }
        }
        for (String name : List.of(
                "connectTimeout",
                "commandTimeout",
                "socketTimeout",
                "keepAlive",
                "acceptLossWindow",
                "expireAbandonedAfter")) {
            option(name)
                    .filter(text -> Durations.parsed(text).isEmpty())
                    .ifPresent(text -> faults.add(name + " was '" + text + "', not a time such as 500ms, 3s or 7d"));
        }
        for (String name : List.of("acceptUnverified", "insecure")) {
            option(name)
                    .filter(text -> !text.equals("true") && !text.equals("false"))
                    .ifPresent(text -> faults.add(name + " was '" + text + "', not true or false"));
        }
        if (sentinel() != option("sentinelMasterId").isPresent()) {
            faults.add(
                    sentinel()
                            ? "sentinelMasterId is missing"
                            : "sentinelMasterId is only for redis-sentinel:// and rediss-sentinel://");
        }
        if (option("caFile").isPresent() && !encrypted()) {
            faults.add("caFile is only for rediss://");
        }
        caFile().filter(file -> !Files.isReadable(file))
                .ifPresent(file -> faults.add("caFile was '" + file + "', which cannot be read"));
        sentinelPassword();
        readPassword();
        if (!user.isEmpty() && password.isEmpty()) {
            faults.add("it has a user name and no password; add passwordEnv= or passwordFile=");
        }
        if (faults.isEmpty()) {
            try {
                settings();
            } catch (IllegalArgumentException e) {
                faults.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private void readPassword() {
        Optional<String> variable = option("passwordEnv");
        Optional<String> file = option("passwordFile");
        long ways = Stream.of(variable.isPresent(), file.isPresent(), !password.isEmpty())
                .filter(given -> given)
                .count();
        if (ways > 1) {
            faults.add("the password is given twice");
        } else if (variable.isPresent()) {
            password = variable(variable.get());
        } else if (file.isPresent()) {
            password = content(Path.of(file.get()));
        }
    }

    private String variable(String name) {
        String value = environment.apply(name);
        if (value == null || value.isEmpty()) {
            faults.add("the environment variable '" + name + "' is not set");
            return "";
        }
        return value;
    }

    private String content(Path file) {
        try {
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                faults.add("the password file '" + file + "' is empty");
            }
            return text;
        } catch (IOException e) {
            faults.add("the password file '" + file + "' cannot be read");
            return "";
        }
    }

    private Optional<String> option(String name) {
        return Optional.ofNullable(options().get(name));
    }

    private Map<String, String> options() {
        return location.options();
    }

    private Optional<Duration> duration(String name) {
        return option(name).flatMap(Durations::parsed);
    }

    private boolean flag(String name) {
        return option(name).equals(Optional.of("true"));
    }

    /** Percent-decodes; a plus sign is one. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
