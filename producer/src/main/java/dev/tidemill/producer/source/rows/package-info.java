/** The rows of files, at any position and without loading them into memory, and of streams. */
@NullMarked
package dev.tidemill.producer.source.rows;

import org.jspecify.annotations.NullMarked;
