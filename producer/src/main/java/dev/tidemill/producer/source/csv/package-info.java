/** A source for CSV tables. */
@NullMarked
package dev.tidemill.producer.source.csv;

import org.jspecify.annotations.NullMarked;
