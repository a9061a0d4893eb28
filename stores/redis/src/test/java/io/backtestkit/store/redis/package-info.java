/** Tests against real servers. */
@NullMarked
package io.backtestkit.store.redis;

import org.jspecify.annotations.NullMarked;
