/** The workers of a run: the commands of {@code tidemill} that each process executes. */
@NullMarked
package dev.tidemill.chaos.pipeline;

import org.jspecify.annotations.NullMarked;
