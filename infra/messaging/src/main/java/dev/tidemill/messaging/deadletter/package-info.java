/** What operators do with dead letters: list them, replay their records, and discard them. */
@NullMarked
package dev.tidemill.messaging.deadletter;

import org.jspecify.annotations.NullMarked;
