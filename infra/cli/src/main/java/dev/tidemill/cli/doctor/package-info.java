/** The checks of `doctor`: each examines one thing of a cluster and says what to change. */
@NullMarked
package dev.tidemill.cli.doctor;

import org.jspecify.annotations.NullMarked;
