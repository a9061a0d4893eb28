/**
 * Histories: several clients, some in processes of their own, claim, write, read, delete and end on a few slots of one place,
 * through faults. What each call was told is recorded, and a history that no slot could have had is bad.
 */
@NullMarked
package io.backtestkit.laboratory.history;

import org.jspecify.annotations.NullMarked;
