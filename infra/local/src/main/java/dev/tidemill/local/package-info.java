/**
 * Runs a real Kafka broker (KRaft, one process) inside this JVM, for the demo, `tidemill broker`
 * and tests.
 */
@NullMarked
package dev.tidemill.local;

import org.jspecify.annotations.NullMarked;
