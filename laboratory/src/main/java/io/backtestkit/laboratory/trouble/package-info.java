/**
 * Real troubles of stores, such as a full disk or a changed password, that come while a position is open, stay for some
 * minutes of the market and pass. {@link io.backtestkit.laboratory.trouble.Troubles} is the experiment, a {@code Trouble} is what
 * befalls, a {@code TroubleTrial} the session that trades through it.
 */
@NullMarked
package io.backtestkit.laboratory.trouble;

import org.jspecify.annotations.NullMarked;
