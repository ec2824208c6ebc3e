/** Benchmarks of what judges a model, in memory. */
@NullMarked
package dev.tidemill.benchmarks.evaluation;

import org.jspecify.annotations.NullMarked;
