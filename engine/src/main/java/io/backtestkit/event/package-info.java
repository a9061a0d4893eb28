/**
 * What the engine reports: a sealed family of events, and where to listen for them.
 */
@NullMarked
package io.backtestkit.event;

import org.jspecify.annotations.NullMarked;
