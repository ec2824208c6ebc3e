/** Tests of what the observer makes of times. */
@NullMarked
package dev.tidemill.chaos.watch;

import org.jspecify.annotations.NullMarked;
