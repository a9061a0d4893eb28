@NullMarked
package io.backtestkit.cli;

import org.jspecify.annotations.NullMarked;
