@NullMarked
package io.backtestkit.examples;

import org.jspecify.annotations.NullMarked;
