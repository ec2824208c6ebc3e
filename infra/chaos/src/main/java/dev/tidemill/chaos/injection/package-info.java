/** Makes the faults of a schedule happen, and undoes them. */
@NullMarked
package dev.tidemill.chaos.injection;

import org.jspecify.annotations.NullMarked;
