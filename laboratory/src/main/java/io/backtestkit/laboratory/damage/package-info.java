/**
 * Changes what is stored behind the store's back: every bit of it, every truncation, pages of a database, and text that the
 * codec is given. Whatever was changed must be told, and kept as it was found.
 */
@NullMarked
package io.backtestkit.laboratory.damage;

import org.jspecify.annotations.NullMarked;
