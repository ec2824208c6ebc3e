@NullMarked
package dev.tidemill.trainer.labels;

import org.jspecify.annotations.NullMarked;
