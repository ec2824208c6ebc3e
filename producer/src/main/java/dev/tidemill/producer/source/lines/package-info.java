/** One JSON sample a line, from a file or from standard input. */
@NullMarked
package dev.tidemill.producer.source.lines;

import org.jspecify.annotations.NullMarked;
