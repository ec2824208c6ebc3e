/** Reads labels and predictions for the error by delayed labels. */
@NullMarked
package dev.tidemill.trainer.labels;

import org.jspecify.annotations.NullMarked;
