@NullMarked
package io.backtestkit.strategy;

import org.jspecify.annotations.NullMarked;
