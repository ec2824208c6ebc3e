/** Files of rows: reading on from any of them, without holding them in memory. */
@NullMarked
package dev.tidemill.producer.source.rows;

import org.jspecify.annotations.NullMarked;
