/** A Kafka cluster for tests, and what tests look at it and kill processes with. */
@NullMarked
package dev.tidemill.testbed;

import org.jspecify.annotations.NullMarked;
