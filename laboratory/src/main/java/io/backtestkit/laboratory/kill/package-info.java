/**
 * Kills: of owners and servers at a drawn moment, of owners at every call of the system, and owners that sleep past their
 * lease. The owners are processes of their own that do {@link io.backtestkit.laboratory.kill.Step steps} under a claim and say
 * when one is acknowledged; a {@link io.backtestkit.laboratory.kill.Ledger} knows what must be found then. What must not be
 * found is an {@link java.lang.AssertionError}.
 */
@NullMarked
package io.backtestkit.laboratory.kill;

import org.jspecify.annotations.NullMarked;
