/** Groups of options that several commands take. */
@NullMarked
package dev.tidemill.cli.option;

import org.jspecify.annotations.NullMarked;
