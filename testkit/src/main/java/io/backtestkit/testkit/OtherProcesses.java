package io.backtestkit.testkit;

/**
 * How another process opens a place. The kit starts some, with the Java and the class path of the tests: four, or as many as
 * the system property {@code backtestkit.processes} says.
 *
 * @param location what {@code opener} is given, at most a line
 * @param opener what opens the store there, in the other process
 * @param oneAtATime whether the place belongs to the process that has it open; others must then be refused, and let in
 *     once it is closed
 */
public record OtherProcesses(String location, Class<? extends StoreOpener> opener, boolean oneAtATime) {

    /** Many at once, by {@link io.backtestkit.store.SignalStores#open}. */
    public static OtherProcesses at(String location) {
        return new OtherProcesses(location, StoreOpener.ByLocation.class, false);
    }

    /** The same, opened by that class: for a store that is not opened by location. */
    public OtherProcesses openedBy(Class<? extends StoreOpener> opener) {
        return new OtherProcesses(location, opener, oneAtATime);
    }

    /** The same, one process after the other. */
    public OtherProcesses onlyOneAtATime() {
        return new OtherProcesses(location, opener, true);
    }
}
