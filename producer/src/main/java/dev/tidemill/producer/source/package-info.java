/** Data sources: their interface, specifications, options and reading order. */
@NullMarked
package dev.tidemill.producer.source;

import org.jspecify.annotations.NullMarked;
