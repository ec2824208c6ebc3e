@NullMarked
package dev.tidemill.trainer.drift;

import org.jspecify.annotations.NullMarked;
