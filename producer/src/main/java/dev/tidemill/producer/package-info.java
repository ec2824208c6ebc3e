/** Sends samples as training batches. */
@NullMarked
package dev.tidemill.producer;

import org.jspecify.annotations.NullMarked;
