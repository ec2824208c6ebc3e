/** The suite: the list of all benchmarks, and the command that runs them. */
@NullMarked
package dev.tidemill.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
