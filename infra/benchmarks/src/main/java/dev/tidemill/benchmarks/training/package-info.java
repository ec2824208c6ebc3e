/** Training through Kafka, the cost of checkpoints, and the producer's speed. */
@NullMarked
package dev.tidemill.benchmarks.training;

import org.jspecify.annotations.NullMarked;
