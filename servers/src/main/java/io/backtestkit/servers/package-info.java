/**
 * Servers that the tests and the laboratory start by themselves: a real PostgreSQL, a real Redis, and an emulator of MongoDB,
 * which is no proof. Each is set up to keep what it acknowledges, can be killed in the middle of its work, and starts again on
 * the same port with the same data.
 */
@NullMarked
package io.backtestkit.servers;

import org.jspecify.annotations.NullMarked;
