/** Tests of what commands print. */
@NullMarked
package dev.tidemill.cli.output;

import org.jspecify.annotations.NullMarked;
