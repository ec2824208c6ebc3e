/** Whole runs, and the module's rules. */
@NullMarked
package dev.tidemill.chaos;

import org.jspecify.annotations.NullMarked;
