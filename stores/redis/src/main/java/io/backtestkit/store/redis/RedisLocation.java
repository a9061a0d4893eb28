package io.backtestkit.store.redis;

import io.backtestkit.store.LocationOptions;
import io.backtestkit.store.StoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A location of a Redis store, taken apart and checked. Every fault of it is reported at once. */
final class RedisLocation {

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
    private final LocationOptions given;
    private final List<Host> hosts = new ArrayList<>();
    private int database;
    private String user = "";
    private String password = "";
    private String sentinelPassword = "";
    private boolean insecure;
    private RedisOptions options = RedisOptions.defaults();

    private RedisLocation(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        this.location = location;
        given = new LocationOptions(location, OPTIONS, environment);
        readAddress();
        readOptions();
        given.requireNoFaults("Write " + form() + ".");
    }

    /**
     * Takes a location apart and looks the password up.
     *
     * @param environment how to look up an environment variable
     * @throws IllegalArgumentException if it is not complete, or an option is unknown or wrong
     */
    static RedisLocation of(StoreLocation location, UnaryOperator<@Nullable String> environment) {
        return new RedisLocation(location, environment);
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
        return insecure;
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
        return given.text("sentinelMasterId").orElse("");
    }

    String sentinelPassword() {
        return sentinelPassword;
    }

    Optional<Path> caFile() {
        return given.text("caFile").map(Path::of);
    }

    /** Returns what can be overheard or forged on the way; empty on this machine and with a checked certificate. */
    Optional<String> insecurity() {
        boolean near = hosts.stream().allMatch(Host::isLoopback);
        if (encrypted()) {
            return insecure ? Optional.of("certificates are not checked (insecure=true)") : Optional.empty();
        }
        return near ? Optional.empty() : Optional.of("the connection to another machine is not encrypted");
    }

    RedisOptions options() {
        return options;
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

    private String form() {
        String scheme = location.scheme() + "://";
        if (sentinel()) {
            return scheme + "host:26379,host:26379/0?sentinelMasterId=name&option=value";
        }
        return scheme + (clustered() ? "host:6379,host:6379?option=value" : "host:6379/0?option=value");
    }

    private void readAddress() {
        Matcher form = FORM.matcher(location.address());
        if (!form.matches()) {
            given.fault("its address is not //host:port/database");
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
                given.fault("'" + host + "' is not a host and port");
            } else {
                hosts.add(new Host(parts.group("v6") == null ? parts.group("name") : parts.group("v6"), port));
            }
        }
        if (hosts.size() > 1 && !clustered() && !sentinel()) {
            given.fault("it names several servers; write redis-sentinel:// or redis-cluster:// if it means that");
        }
        String digits = form.group("database");
        database = digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
        if (database > 0 && clustered()) {
            given.fault("a cluster has only database 0");
        }
        readUser(form.group("user"));
    }

    private void readUser(@Nullable String userInfo) {
        if (userInfo == null) {
            return;
        }
        int colon = userInfo.indexOf(':');
        user = given.percentDecoded("user name", colon < 0 ? userInfo : userInfo.substring(0, colon));
        password = colon < 0 ? "" : given.percentDecoded("password", userInfo.substring(colon + 1));
    }

    private void readOptions() {
        insecure = given.flag("insecure");
        if (sentinel() != given.text("sentinelMasterId").isPresent()) {
            given.fault(
                    sentinel()
                            ? "sentinelMasterId is missing"
                            : "sentinelMasterId is only for redis-sentinel:// and rediss-sentinel://");
        }
        if (caFile().isPresent() && !encrypted()) {
            given.fault("caFile is only for rediss://");
        }
        caFile().filter(file -> !Files.isReadable(file))
                .ifPresent(file -> given.fault("caFile was '" + file + "', which cannot be read"));
        sentinelPassword = given.secret("sentinelPasswordEnv").orElse("");
        password = given.password(!password.isEmpty()).orElse(password);
        if (!user.isEmpty() && password.isEmpty()) {
            given.fault("it has a user name and no password; add passwordEnv= or passwordFile=");
        }
        RedisOptions usual = RedisOptions.defaults();
        try {
            options = new RedisOptions(
                    given.duration("connectTimeout", usual.connectTimeout()),
                    given.duration("commandTimeout", usual.commandTimeout()),
                    given.duration("socketTimeout", usual.socketTimeout()),
                    given.duration("keepAlive", usual.keepAlive()),
                    given.duration("acceptLossWindow"),
                    given.flag("acceptUnverified"),
                    given.duration("expireAbandonedAfter"));
        } catch (IllegalArgumentException e) {
            given.fault(String.valueOf(e.getMessage())
                    .replaceFirst("^Cannot use Redis like that: ", "")
                    .replaceFirst("\\.$", ""));
        }
    }
}
