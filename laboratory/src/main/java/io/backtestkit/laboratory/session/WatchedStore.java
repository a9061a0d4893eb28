package io.backtestkit.laboratory.session;

import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.TradeLog;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store of which somebody sees every call that goes to its place, also those to its claims and its trade log. */
public final class WatchedStore {

    private static final Set<String> ASK_NOBODY =
            Set.of("describe", "durable", "expireAbandonedAfter", "close", "toString", "hashCode", "equals");

    /** A call on its way. */
    @FunctionalInterface
    public interface Call {
        /** Makes it. */
        @Nullable
        Object make();
    }

    /** Sees calls. */
    @FunctionalInterface
    public interface Watcher {
        /** Returns what the call, named as the method of the store, shall return; as a rule what it does return. */
        @Nullable
        Object around(String name, Call call);
    }

    private WatchedStore() {}

    /** Returns that store, watched. Closing it closes the store. */
    public static SignalStore of(SignalStore store, Watcher watcher) {
        return watched(SignalStore.class, store, watcher);
    }

    private static <T> T watched(Class<T> type, T target, Watcher watcher) {
        InvocationHandler handler = (self, method, arguments) -> {
            String name = method.getName();
            if (name.equals("claims")) {
                return ((Optional<?>) made(target, method, arguments))
                        .map(claims -> watched(Claims.class, (Claims) claims, watcher));
            }
            if (name.equals("tradeLog")) {
                return ((Optional<?>) made(target, method, arguments))
                        .map(log -> watched(TradeLog.class, (TradeLog) log, watcher));
            }
            return ASK_NOBODY.contains(name)
                    ? made(target, method, arguments)
                    : watcher.around(name, () -> made(target, method, arguments));
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object made(Object target, Method method, Object[] arguments) {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("Cannot happen: no call to a store throws a checked exception.", e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot happen: the methods of an interface are public.", e);
        }
    }
}
