/** Which faults happen when, as a function of a seed. Does no I/O. */
@NullMarked
package dev.tidemill.chaos.schedule;

import org.jspecify.annotations.NullMarked;
