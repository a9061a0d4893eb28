/**
 * The Redis store: one hash per signal, changed by scripts that the server runs whole.
 *
 * <pre>
 * signal:breakout:BTCUSDT      hash: schema, epoch, version, sum, body; there while the slot is taken
 * fence:breakout:BTCUSDT       hash: epoch, owner, until, version, recent, sum; who may change the slot; stays for ever
 * trades:breakout:BTCUSDT      list: what ended in the slot, in the order it was logged
 * traded:breakout:BTCUSDT      set: createdAt:id of each entry of that list
 * damaged:breakout:BTCUSDT:1   a record, or a fence, that an operator had set aside
 * </pre>
 *
 * <p>Strategy and symbol are percent-encoded: every byte of their UTF-8 form outside {@code [A-Za-z0-9._-]}. On a Redis
 * Cluster both stand in braces, {@code signal:{breakout:BTCUSDT}}, so that the keys of a slot are on one server.
 *
 * <p>Any thread may use the public types. All threads share one connection.
 */
@NullMarked
package io.backtestkit.store.redis;

import org.jspecify.annotations.NullMarked;
