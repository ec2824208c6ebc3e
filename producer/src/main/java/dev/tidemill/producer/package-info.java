/** Sends the samples of a source as training batches. */
@NullMarked
package dev.tidemill.producer;

import org.jspecify.annotations.NullMarked;
