/** Benchmarks of engines in memory, without Kafka: training, inference, plans, allocation. */
@NullMarked
package dev.tidemill.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
