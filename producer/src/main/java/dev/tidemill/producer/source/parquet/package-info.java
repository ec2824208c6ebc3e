/** A source for Parquet files, whose columns are features. */
@NullMarked
package dev.tidemill.producer.source.parquet;

import org.jspecify.annotations.NullMarked;
