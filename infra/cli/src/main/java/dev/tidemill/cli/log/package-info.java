/** How the command line logs: as text for people, or as JSON for machines. */
@NullMarked
package dev.tidemill.cli.log;

import org.jspecify.annotations.NullMarked;
