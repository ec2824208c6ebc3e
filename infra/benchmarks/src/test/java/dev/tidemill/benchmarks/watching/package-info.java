@NullMarked
package dev.tidemill.benchmarks.watching;

import org.jspecify.annotations.NullMarked;
