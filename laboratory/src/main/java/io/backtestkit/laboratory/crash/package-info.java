/**
 * Cuts the power of a file store at every moment of every short sequence of acts, and opens what may be left.
 *
 * <p>A {@link io.backtestkit.laboratory.crash.Script} is a state to start from and up to three acts. Its last act is watched:
 * after each change on the disk, and once when the act has returned, every image that a power cut may leave is examined. It
 * must hold one of the outcomes that are possible at that moment: while the act runs, those from before to after it; once it
 * has returned, the one after it.
 */
@NullMarked
package io.backtestkit.laboratory.crash;

import org.jspecify.annotations.NullMarked;
