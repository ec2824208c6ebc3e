/** Provides a Kafka cluster for tests, and tools to read its topics and to kill processes. */
@NullMarked
package dev.tidemill.testbed;

import org.jspecify.annotations.NullMarked;
