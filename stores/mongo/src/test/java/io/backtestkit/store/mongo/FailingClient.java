package io.backtestkit.store.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadConcern;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.backtestkit.store.mongo.MongoConnection.Protection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/** A store on a client whose requests fail as they are told to, instead of being sent: what the server refuses. */
final class FailingClient implements AutoCloseable {

    private final Map<String, RuntimeException> failures = new HashMap<>();
    private final MongoSignalStore store;
    private @Nullable RuntimeException stop;
    private int passing;

    /** Opens a store at that location. Its client is made as the store's own is, or as a user would. */
    FailingClient(String location, boolean ours) {
        MongoConnection real = TestServer.connection(location);
        MongoClient failing = (MongoClient) failing(MongoClient.class, real.client());
        store = Unchecked.open(new MongoConnection(
                failing,
                real.database(),
                List.of("127.0.0.1"),
                ours,
                Protection.NONE,
                MongoConnection.DURABLE,
                ReadConcern.MAJORITY,
                real.options()));
    }

    MongoSignalStore store() {
        return store;
    }

    /** Lets every such request fail from now on, for example {@code insertOne} on {@code trades}. */
    void fail(String method, String collection, RuntimeException error) {
        failures.put(method + " " + collection, error);
    }

    /** Lets so many more changes through, and then none. */
    void failAfter(int changes, RuntimeException error) {
        passing = changes;
        stop = error;
    }

    /** Lets every request through again. */
    void pass() {
        failures.clear();
        stop = null;
    }

    private void countChange(String method) {
        if (stop != null && method.matches("(insert|update|replace|delete).*") && passing-- <= 0) {
            throw stop;
        }
    }

    /** Returns an error as the driver makes it of a server's answer. */
    static MongoCommandException refusal(int code, String message) {
        return new MongoCommandException(
                new BsonDocument("code", new BsonInt32(code)).append("errmsg", new BsonString(message)),
                new ServerAddress());
    }

    private Object failing(Class<?> type, Object real) {
        return Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (real instanceof MongoCollection<?> collection) {
                        RuntimeException error = failures.get(method.getName() + " "
                                + collection.getNamespace().getCollectionName());
                        if (error != null) {
                            throw error;
                        }
                        countChange(method.getName());
                    }
                    return wrapped(called(real, method, arguments));
                });
    }

    private static @Nullable Object called(Object real, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private @Nullable Object wrapped(@Nullable Object result) {
        if (result instanceof MongoDatabase database) {
            return failing(MongoDatabase.class, database);
        }
        return result instanceof MongoCollection<?> collection ? failing(MongoCollection.class, collection) : result;
    }

    @Override
    public void close() {
        store.close();
    }
}
