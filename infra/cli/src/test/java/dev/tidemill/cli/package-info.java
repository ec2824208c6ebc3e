/** Tests of the whole command line. */
@NullMarked
package dev.tidemill.cli;

import org.jspecify.annotations.NullMarked;
