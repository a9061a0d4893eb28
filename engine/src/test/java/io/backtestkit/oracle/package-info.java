/**
 * The trading rules a second time, as literal and slow as possible, in exact fractions: what the engine is tested against.
 *
 * <p>Nothing here uses the engine or its types. Every type is an immutable value or belongs to one call; any thread may
 * use any of them.
 */
@NullMarked
package io.backtestkit.oracle;

import org.jspecify.annotations.NullMarked;
