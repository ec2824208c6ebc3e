/** What a reader of the topics sees while faults happen. */
@NullMarked
package dev.tidemill.chaos.watch;

import org.jspecify.annotations.NullMarked;
