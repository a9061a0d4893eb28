package io.backtestkit.laboratory.trouble;

import io.backtestkit.laboratory.trouble.Trouble.Nature;
import io.backtestkit.laboratory.trouble.Trouble.Place;
import io.backtestkit.servers.EmulatedMongo;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.NetworkProxy;
import java.time.Duration;

/** Troubles of an emulator of MongoDB, which is no proof. */
final class MongoTroubles {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private MongoTroubles() {}

    /** The emulator keeps all in memory and cannot be killed; so its port refuses, as that of a machine without it. */
    static Trouble serverGone() {
        EmulatedMongo server = new EmulatedMongo();
        NetworkProxy proxy = new NetworkProxy(server.host(), server.port());
        return new Trouble(
                Place.at(server.through(proxy.port(), server.newPlace(), TIMEOUT)),
                Nature.unreadable(StoreUnavailableException.class, ""),
                proxy::refuse,
                proxy::pass,
                () -> {
                    proxy.close();
                    server.close();
                });
    }
}
