/** Training through Kafka, what checkpoints cost, and the producer's speed. */
@NullMarked
package dev.tidemill.benchmarks.training;

import org.jspecify.annotations.NullMarked;
