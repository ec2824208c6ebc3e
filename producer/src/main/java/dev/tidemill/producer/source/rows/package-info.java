/** Random access to the rows of a file without loading the file into memory. */
@NullMarked
package dev.tidemill.producer.source.rows;

import org.jspecify.annotations.NullMarked;
