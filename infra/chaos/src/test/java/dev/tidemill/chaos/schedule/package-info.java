/** Tests of schedules. */
@NullMarked
package dev.tidemill.chaos.schedule;

import org.jspecify.annotations.NullMarked;
