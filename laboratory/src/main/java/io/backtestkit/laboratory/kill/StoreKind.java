package io.backtestkit.laboratory.kill;

import io.backtestkit.servers.Server;
import io.backtestkit.servers.ServerKind;
import java.util.Arrays;
import java.util.Locale;

/** The stores that owners are killed on. */
enum StoreKind {
    FILES(false, ""),
    REDIS(true, "?connectTimeout=20s&commandTimeout=20s&socketTimeout=20s"),
    POSTGRES(true, "&connectTimeout=20s&poolTimeout=20s&socketTimeout=20s&statementTimeout=15s&lockTimeout=10s"),
    /** On an emulator in this process, which proves nothing about a real server. */
    MONGO(
            true,
            "&connectTimeoutMS=20000&serverSelectionTimeoutMS=20000&socketTimeoutMS=20000&waitQueueTimeoutMS=20000");

    private final boolean endsInOneStep;
    private final String patience;

    StoreKind(boolean endsInOneStep, String patience) {
        this.endsInOneStep = endsInOneStep;
        this.patience = patience;
    }

    /** Returns the kind with that name, as {@link #toString} says it. */
    static StoreKind named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no store '" + name + "'."));
    }

    /** Says whether logging an end and freeing its slot are never seen apart. */
    boolean endsInOneStep() {
        return endsInOneStep;
    }

    /** Says whether it has a server that can be killed. */
    boolean canBeKilled() {
        return this != FILES && server().isReal();
    }

    /** Returns the location of an empty place on its server, with time-outs that a busy machine does not reach. */
    String newPlace(Server server) {
        return server.newPlace() + patience;
    }

    /** Returns the kind of its server; files have none. */
    ServerKind server() {
        return ServerKind.valueOf(name());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
