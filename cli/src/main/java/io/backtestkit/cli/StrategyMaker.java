package io.backtestkit.cli;

import io.backtestkit.strategy.Parameters;
import io.backtestkit.strategy.Strategy;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.Optional;

/** Makes an object of a strategy's class: with the constructor that takes {@link Parameters}, else the one without any. */
final class StrategyMaker {

    private StrategyMaker() {}

    static Strategy make(Class<?> type, Parameters parameters) {
        String name = type.getName();
        if (!Strategy.class.isAssignableFrom(type)) {
            throw failed(name, "the class does not implement " + Strategy.class.getName(), "Implement it.");
        }
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw failed(name, "it is abstract", "Name a class that can be made.");
        }
        if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
            throw failed(name, "it is an inner class", "Make it static.");
        }
        try {
            Optional<Constructor<?>> taking = constructor(type, Parameters.class);
            if (taking.isPresent()) {
                return (Strategy) taking.get().newInstance(parameters);
            }
            Optional<Constructor<?>> plain = constructor(type);
            if (plain.isPresent()) {
                return (Strategy) plain.get().newInstance();
            }
        } catch (InvocationTargetException e) {
            throw CommandFailure.runFailed(
                    message(name, "its constructor threw " + e.getCause(), "Mend the constructor."), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw CommandFailure.runFailed(message(name, "it failed with " + e, "Mend the class."), e);
        }
        throw failed(
                name,
                "it has no constructor that is not private and takes nothing or " + Parameters.class.getName(),
                "Add one of them.");
    }

    /** A class that is not public has a default constructor that is not public either: that one will do. */
    private static Optional<Constructor<?>> constructor(Class<?> type, Class<?>... taking)
            throws ReflectiveOperationException {
        try {
            Constructor<?> found = type.getDeclaredConstructor(taking);
            if (Modifier.isPrivate(found.getModifiers())) {
                return Optional.empty();
            }
            found.setAccessible(true);
            return Optional.of(found);
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static CommandFailure failed(String name, String found, String advice) {
        return CommandFailure.runFailed(message(name, found, advice));
    }

    private static String message(String name, String found, String advice) {
        return "Cannot make strategy '" + name + "': " + found + ". " + advice;
    }
}
