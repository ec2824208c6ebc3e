/** Starts, stops, kills and restarts the processes of a run. */
@NullMarked
package dev.tidemill.chaos.process;

import org.jspecify.annotations.NullMarked;
