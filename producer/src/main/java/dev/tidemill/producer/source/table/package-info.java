/** A source for CSV files with a header. */
@NullMarked
package dev.tidemill.producer.source.table;

import org.jspecify.annotations.NullMarked;
