/**
 * Signals in MongoDB, one document each: {@link io.backtestkit.store.mongo.MongoSignalStore}, opened on the user's own
 * client or by a location ({@link io.backtestkit.store.mongo.MongoSignalStoreProvider}).
 *
 * <p>The public types may be used by any thread, and so may the others: they hold nothing but the driver's client.
 */
@NullMarked
package io.backtestkit.store.mongo;

import org.jspecify.annotations.NullMarked;
