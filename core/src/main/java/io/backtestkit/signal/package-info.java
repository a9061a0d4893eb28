/**
 * The words of the domain: the key of a slot, the signal that occupies it, how a signal ends, and the one encoding of it.
 *
 * <p>Every type here is an immutable value. Any thread may use any of them.
 */
@NullMarked
package io.backtestkit.signal;

import org.jspecify.annotations.NullMarked;
