/**
 * What authors of stores and of strategies need for their own tests: the conformance kit for stores, a network that fails as
 * it is told, sample signals, a clock that is set, events that are recorded.
 *
 * <p>To prove a store, subclass {@link io.backtestkit.testkit.SignalStoreConformance} and give it a {@link
 * io.backtestkit.testkit.StoreFixture}: two methods, and what the store can or cannot do. How another process opens it is an
 * {@link io.backtestkit.testkit.OtherProcesses}, the server behind it a {@link io.backtestkit.testkit.ServerFixture}, its
 * expiry an {@link io.backtestkit.testkit.ExpiryFixture}, what spoils its records a {@link io.backtestkit.testkit.Damager}.
 *
 * <p>{@link io.backtestkit.testkit.SettableClock}, {@link io.backtestkit.testkit.RecordedEvents} and {@link
 * io.backtestkit.testkit.NetworkProxy} may be used by any thread; a fixture is used by one thread, its stores by many.
 */
@NullMarked
package io.backtestkit.testkit;

import org.jspecify.annotations.NullMarked;
