package io.backtestkit.testkit;

import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.testkit.ToyStore.Address;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A place on a server of its own, with everything a fixture can declare. */
class ToyFixture extends SealedMapFixture implements ServerFixture {

    private static final int PATIENT_MILLIS = 20_000;

    private final ToyKind kind;
    private final ToyServer server = new ToyServer(place);

    ToyFixture(ToyKind kind) {
        super(kind.name(), SealedMapStore::new);
        this.kind = kind;
    }

    private SignalStore open(String user) {
        return kind.open(new Address(host(), port(), user, PATIENT_MILLIS));
    }

    @Override
    public SignalStore open() {
        return open("owner");
    }

    @Override
    public Optional<OtherProcesses> otherProcesses() {
        return Optional.of(OtherProcesses.at(port() + " " + kind)
                .openedBy(Opener.class)
                .withJvmArguments("-D" + Opener.ALLOWED + "=true"));
    }

    @Override
    public Optional<ServerFixture> server() {
        return Optional.of(this);
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public SignalStore openThrough(String host, int port) {
        return kind.open(
                new Address(host, port, "owner", (int) kind.patience().timeout.toMillis()));
    }

    @Override
    public SignalStore openPatiently(String host, int port) {
        return kind.open(new Address(host, port, "owner", PATIENT_MILLIS));
    }

    @Override
    public Duration longestCall() {
        return kind.patience().longestCall;
    }

    @Override
    public Optional<Runnable> restart() {
        return Optional.of(() -> {
            server.restart();
            kind.afterRestart(place);
        });
    }

    @Override
    public Optional<Supplier<SignalStore>> forbidden() {
        return Optional.of(() -> open(ToyServer.READER));
    }

    @Override
    public void close() {
        server.close();
    }

    /** Nothing, since there is everything to declare. */
    @Override
    public Set<Unproved> unproved() {
        return Set.of();
    }

    /**
     * Opens a store of a kind in another process. As some stores do, it needs a setting of Java, prints, and cannot always be
     * opened at once.
     */
    static final class Opener implements StoreOpener {

        static final String ALLOWED = "toy.allowed";

        private boolean busy = true;

        @Override
        public SignalStore open(String location) {
            System.out.println("opening " + location);
            if (!Boolean.getBoolean(ALLOWED)) {
                throw new IllegalStateException(ALLOWED + " is not set");
            }
            if (busy) {
                busy = false;
                throw StoreUnavailableException.notSent(
                        StoreFailure.of("open store", location, "another opens it", "Try again."), null);
            }
            String[] words = location.split(" ");
            return ToyKind.valueOf(words[1])
                    .open(new Address("127.0.0.1", Integer.parseInt(words[0]), "owner", PATIENT_MILLIS));
        }
    }
}
