/** Tests of single commands. */
@NullMarked
package dev.tidemill.cli.command;

import org.jspecify.annotations.NullMarked;
