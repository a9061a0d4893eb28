package io.backtestkit.testkit;

import io.backtestkit.store.Claims;
import io.backtestkit.store.SignalStore;
import io.backtestkit.store.StoreFailure;
import io.backtestkit.store.StoreUnavailableException;
import io.backtestkit.store.TradeLog;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes a right store give up where another call is under way, as a store may: it answers that nothing was done, and leaves it
 * to the caller to try again.
 */
record ImpatientStore(Object right, ReentrantLock busy) implements InvocationHandler {

    static SignalStore over(SignalStore store) {
        return proxy(SignalStore.class, store, new ReentrantLock());
    }

    private static <T> T proxy(Class<T> type, T right, ReentrantLock busy) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new ImpatientStore(right, busy)));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (!busy.tryLock()) {
            throw StoreUnavailableException.notSent(
                    StoreFailure.of("call", "impatient store", "another call is under way", "Try again."), null);
        }
        try {
            Object result = method.invoke(right, arguments);
            return switch (method.getName()) {
                case "claims" -> ((Optional<?>) result).map(claims -> proxy(Claims.class, (Claims) claims, busy));
                case "tradeLog" -> ((Optional<?>) result).map(log -> proxy(TradeLog.class, (TradeLog) log, busy));
                default -> result;
            };
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            busy.unlock();
        }
    }
}
