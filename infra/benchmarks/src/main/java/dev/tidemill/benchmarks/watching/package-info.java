/** Benchmarks of what watches a model: drift detectors, and the dashboard. */
@NullMarked
package dev.tidemill.benchmarks.watching;

import org.jspecify.annotations.NullMarked;
