/**
 * The store contract: {@link io.backtestkit.store.SignalStore} and its failures, the trade log, opening by location, and
 * what needs no server (the in-memory store, the retrying decorator).
 *
 * <p>To write a store, implement three methods of {@code SignalStore} and run the conformance kit against it. Every type
 * here may be used by any thread.
 */
@NullMarked
package io.backtestkit.store;

import org.jspecify.annotations.NullMarked;
