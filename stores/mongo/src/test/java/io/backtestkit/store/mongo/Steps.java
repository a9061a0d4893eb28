package io.backtestkit.store.mongo;

import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import io.backtestkit.store.StoreLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A store whose requests can be stopped one by one before they leave: a process that was paused, or killed, in between. It
 * goes on when it is told to, long after its time.
 */
final class Steps implements CommandListener, AutoCloseable {

    private static final Set<String> REQUESTS = Set.of("find", "insert", "update", "delete", "findAndModify");

    private final MongoClient client;
    private final MongoSignalStore store;
    private final CountDownLatch resumed = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<String> sent = new ArrayList<>();
    private int stopBefore;

    Steps(TestServer server, String database, String... options) {
        MongoLocation.Parsed parsed =
                MongoLocation.parse(StoreLocation.parse(server.location(database, options)), System::getenv);
        client = MongoClients.create(MongoClientSettings.builder(parsed.settings())
                .addCommandListener(this)
                .build());
        store = Unchecked.open(MongoConnection.ofUser(client, database, parsed.options()));
    }

    MongoSignalStore store() {
        return store;
    }

    /** Starts work that is stopped before its n-th request, and returns when it stands there or is done. */
    <T> Future<T> stopBefore(int request, Callable<T> work) throws InterruptedException {
        synchronized (this) {
            sent.clear();
            stopBefore = request;
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                    stopped.countDown();
                },
                "stopped");
        thread.setDaemon(true);
        thread.start();
        if (!stopped.await(50, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It was neither stopped nor done after " + sent);
        }
        return result;
    }

    void resume() {
        resumed.countDown();
    }

    /** Returns the requests of the work that were made, for example {@code update signals}. */
    synchronized List<String> sent() {
        return List.copyOf(sent);
    }

    @Override
    public void commandStarted(CommandStartedEvent event) {
        String name = event.getCommandName();
        if (!REQUESTS.contains(name)) {
            return;
        }
        synchronized (this) {
            sent.add(name + " " + event.getCommand().getString(name).getValue());
            if (sent.size() != stopBefore) {
                return;
            }
        }
        stopped.countDown();
        try {
            resumed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        resume();
        client.close();
    }
}
