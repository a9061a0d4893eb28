/**
 * A faulty network between the engine and the three servers. {@link io.backtestkit.laboratory.network.Network} is the
 * experiment, a {@code NetworkTrial} is one session that trades through it.
 */
@NullMarked
package io.backtestkit.laboratory.network;

import org.jspecify.annotations.NullMarked;
