/** What a user of the command sees. */
@NullMarked
package dev.tidemill.cli;

import org.jspecify.annotations.NullMarked;
