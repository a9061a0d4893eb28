package io.backtestkit.testkit;

import java.util.List;

/**
 * How another process opens a place. The kit starts some, with the Java and the class path of the tests: four, or as many as
 * the system property {@code backtestkit.processes} says. What a store prints there, on either stream, is shown if its
 * process ends with an error.
 *
 * @param location what {@code opener} is given, at most a line
 * @param opener what opens the store there, in the other process
 * @param oneAtATime whether the place belongs to the process that has it open; others must then be refused, and let in
 *     once it is closed
 * @param jvmArguments what Java is started with besides, for example {@code --add-opens}; none of the tests' own are passed on
 */
public record OtherProcesses(
        String location, Class<? extends StoreOpener> opener, boolean oneAtATime, List<String> jvmArguments) {

    /** Copies the list. */
    public OtherProcesses {
        jvmArguments = List.copyOf(jvmArguments);
    }

    /** Many at once, by {@link io.backtestkit.store.SignalStores#open}. */
    public static OtherProcesses at(String location) {
        return new OtherProcesses(location, StoreOpener.ByLocation.class, false, List.of());
    }

    /** The same, opened by that class: for a store that is not opened by location. */
    public OtherProcesses openedBy(Class<? extends StoreOpener> opener) {
        return new OtherProcesses(location, opener, oneAtATime, jvmArguments);
    }

    /** The same, one process after the other. */
    public OtherProcesses onlyOneAtATime() {
        return new OtherProcesses(location, opener, true, jvmArguments);
    }

    /** The same, in a Java started with these arguments; {@code -Xmx} of another size than 128 MB may be one of them. */
    public OtherProcesses withJvmArguments(String... arguments) {
        return new OtherProcesses(location, opener, oneAtATime, List.of(arguments));
    }
}
