/**
 * Benchmarks of serving, end to end: throughput, latency, swaps, start and memory. A load generator
 * in its own process sends requests on time and does not wait for answers.
 */
@NullMarked
package dev.tidemill.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
