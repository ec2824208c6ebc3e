/** The commands of {@code tidemill}, one class each. */
@NullMarked
package dev.tidemill.cli.command;

import org.jspecify.annotations.NullMarked;
