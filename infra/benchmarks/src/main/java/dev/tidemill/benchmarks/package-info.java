/**
 * The framework of the benchmark suite: participants as processes that take turns round by round,
 * and reports of medians and ratios. The packages below hold the benchmarks.
 */
@NullMarked
package dev.tidemill.benchmarks;

import org.jspecify.annotations.NullMarked;
