/**
 * Benchmarks of serving, end to end: throughput, latency, swaps, start and memory. A load generator
 * in its own process asks on time, whatever the answers do.
 */
@NullMarked
package dev.tidemill.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
