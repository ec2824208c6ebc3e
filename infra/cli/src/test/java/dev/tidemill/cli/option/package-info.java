/** Tests of the option groups. */
@NullMarked
package dev.tidemill.cli.option;

import org.jspecify.annotations.NullMarked;
