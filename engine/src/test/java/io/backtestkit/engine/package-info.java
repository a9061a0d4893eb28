@NullMarked
package io.backtestkit.engine;

import org.jspecify.annotations.NullMarked;
