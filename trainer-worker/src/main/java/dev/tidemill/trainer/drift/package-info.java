/** Watches a run for changes in its data, and remembers the response. Knows no Kafka. */
@NullMarked
package dev.tidemill.trainer.drift;

import org.jspecify.annotations.NullMarked;
