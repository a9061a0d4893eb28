@NullMarked
package io.backtestkit.event;

import org.jspecify.annotations.NullMarked;
