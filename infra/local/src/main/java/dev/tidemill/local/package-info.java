/**
 * A real Kafka broker (KRaft, one process) inside this JVM: for the demo, for `tidemill broker` and
 * for tests.
 */
@NullMarked
package dev.tidemill.local;

import org.jspecify.annotations.NullMarked;
