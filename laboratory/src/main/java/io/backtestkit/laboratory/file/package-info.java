/**
 * Experiments on the file store, the real one, on a {@link io.backtestkit.laboratory.disk.Volume}.
 *
 * <p><b>Crash states.</b> A {@link io.backtestkit.laboratory.file.Script} is a state to start from and up to three acts. Its
 * last act is watched: after each change on the disk, and once when the act has returned, every image that a power cut may
 * leave is examined. It must hold one of the outcomes that are possible at that moment: while the act runs, those from before
 * to after it; once it has returned, the one after it.
 *
 * <p><b>Failing calls.</b> A trial is bad if the store is silent: it tells of no failure, or of none of its own kind, and yet
 * what was asked for is not there, now or after a power cut; if what was acknowledged before is gone; or if what the failure
 * left behind keeps the same act from being done afterwards.
 */
@NullMarked
package io.backtestkit.laboratory.file;

import org.jspecify.annotations.NullMarked;
