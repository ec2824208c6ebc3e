/** Reads topics, consumer groups and offsets, and passes them to the state. */
@NullMarked
package dev.tidemill.dashboard.feed;

import org.jspecify.annotations.NullMarked;
