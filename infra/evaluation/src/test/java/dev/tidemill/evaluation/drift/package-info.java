@NullMarked
package dev.tidemill.evaluation.drift;

import org.jspecify.annotations.NullMarked;
