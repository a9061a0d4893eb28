/** Small runnable programs, each one idea, and a store written by hand. The code in the documentation is cut from here. */
@NullMarked
package io.backtestkit.examples;

import org.jspecify.annotations.NullMarked;
