/** Checks a command's settings, runs its worker and ends it on a signal. */
@NullMarked
package dev.tidemill.cli.run;

import org.jspecify.annotations.NullMarked;
