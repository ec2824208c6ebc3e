/**
 * The frame of the benchmark suite: participants as processes of their own, which take turns round
 * by round, and reports of medians and ratios. The benchmarks themselves stand in the packages
 * below.
 */
@NullMarked
package dev.tidemill.benchmarks;

import org.jspecify.annotations.NullMarked;
