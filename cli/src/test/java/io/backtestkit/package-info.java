@NullMarked
package io.backtestkit;

import org.jspecify.annotations.NullMarked;
