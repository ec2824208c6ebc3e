/** Tests of the checks of `doctor` that need no broker. */
@NullMarked
package dev.tidemill.cli.doctor;

import org.jspecify.annotations.NullMarked;
