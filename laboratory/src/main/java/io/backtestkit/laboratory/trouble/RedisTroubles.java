package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.servers.Certificates;
import io.backtestkit.servers.RedisServer;
import io.backtestkit.store.StoreRefusedException;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.Ports;
import java.time.Duration;

/** Troubles of a real Redis. */
final class RedisTroubles {

    private static final String SECRET = "wunderbar-7319";
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private RedisTroubles() {}

    static Trouble outOfMemory() {
        return configured("maxmemory", "1", "0");
    }

    /** As when too many replicas are away. */
    static Trouble tooFewReplicas() {
        return configured("min-replicas-to-write", "1", "0");
    }

    private static Trouble configured(String setting, String bad, String good) {
        RedisServer server = new RedisServer();
        return new Trouble(
                Place.at(location(server)),
                Nature.readable(StoreRefusedException.class),
                () -> require(server, "CONFIG SET " + setting + " " + bad),
                () -> require(server, "CONFIG SET " + setting + " " + good),
                server::close);
    }

    /** As when a failover has taken the role of master away: nothing can be changed, until it is given back. */
    static Trouble replica() {
        RedisServer server = new RedisServer();
        return new Trouble(
                Place.at(location(server)),
                Nature.unreadable(StoreUnavailableException.class, ""),
                () -> require(server, "REPLICAOF 127.0.0.1 1"),
                () -> require(server, "REPLICAOF NO ONE"),
                server::close);
    }

    /** The connections that are there are ended, as by a restart; new ones are refused until the old password is set again. */
    static Trouble passwordChanged() {
        RedisServer server = new RedisServer();
        require(server, "ACL SETUSER trader on >" + SECRET + " ~* &* +@all");
        String location = location(server).replace("redis://", "redis://trader:" + SECRET + "@");
        return new Trouble(
                Place.at(location),
                Nature.unreadable(StoreRefusedException.class, SECRET),
                () -> {
                    require(server, "ACL SETUSER trader resetpass >another");
                    server.tell("CLIENT KILL USER trader");
                },
                () -> require(server, "ACL SETUSER trader resetpass >" + SECRET),
                server::close);
    }

    static Trouble serverGone() {
        RedisServer server = new RedisServer();
        return new Trouble(
                Place.at(location(server)),
                Nature.unreadable(StoreUnavailableException.class, ""),
                server::kill,
                server::start,
                server::close);
    }

    /** The server shows an expired certificate to whoever connects, until it has a new one. */
    static Trouble certificateExpired() {
        Certificates certificates = Certificates.make();
        int port = Ports.free();
        RedisServer server = new RedisServer(
                "--tls-port", String.valueOf(port),
                "--tls-cert-file", certificates.valid().toString(),
                "--tls-key-file", certificates.key().toString(),
                "--tls-ca-cert-file", certificates.authority().toString(),
                "--tls-auth-clients", "no");
        String location = server.through(
                        port, "redis://127.0.0.1:" + server.port() + "/1?caFile=" + certificates.authority(), TIMEOUT)
                .replace("redis://127.0.0.1", "rediss://localhost");
        return new Trouble(
                Place.at(location),
                Nature.unreadable(StoreRefusedException.class, ""),
                () -> {
                    require(server, "CONFIG SET tls-cert-file " + certificates.expired());
                    server.tell("CLIENT KILL TYPE normal");
                },
                () -> require(server, "CONFIG SET tls-cert-file " + certificates.valid()),
                () -> {
                    server.close();
                    certificates.close();
                });
    }

    private static String location(RedisServer server) {
        return server.through(server.port(), server.newPlace(), TIMEOUT);
    }

    private static void require(RedisServer server, String command) {
        String answer = server.tell(command);
        if (!answer.equals("+OK")) {
            throw new IllegalStateException("Cannot make trouble: redis-server answered '" + answer + "'.");
        }
    }
}
