/**
 * What authors of stores and of strategies need for their own tests: the conformance kit for stores, sample signals, a
 * clock that is set, events that are recorded.
 *
 * <p>To prove a store, subclass {@link io.backtestkit.testkit.SignalStoreConformance} and give it a {@link
 * io.backtestkit.testkit.StoreFixture}. {@link io.backtestkit.testkit.SettableClock} and {@link
 * io.backtestkit.testkit.RecordedEvents} may be used by any thread; a fixture is used by one thread, its stores by many.
 */
@NullMarked
package io.backtestkit.testkit;

import org.jspecify.annotations.NullMarked;
