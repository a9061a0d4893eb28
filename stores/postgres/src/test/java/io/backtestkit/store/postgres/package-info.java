@NullMarked
package io.backtestkit.store.postgres;

import org.jspecify.annotations.NullMarked;
