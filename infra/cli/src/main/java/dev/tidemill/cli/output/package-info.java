/** What commands print: tables, JSON lines, progress and fault messages. */
@NullMarked
package dev.tidemill.cli.output;

import org.jspecify.annotations.NullMarked;
