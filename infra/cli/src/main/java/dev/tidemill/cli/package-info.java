/** The command {@code tidemill}: its main class and its error handling. */
@NullMarked
package dev.tidemill.cli;

import org.jspecify.annotations.NullMarked;
