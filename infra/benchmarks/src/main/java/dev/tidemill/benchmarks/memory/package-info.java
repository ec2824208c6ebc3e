/** Benchmarks in memory, without Kafka: training, inference, plans, allocation. */
@NullMarked
package dev.tidemill.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
