/** Sources with one JSON sample per line: a file or standard input. */
@NullMarked
package dev.tidemill.producer.source.lines;

import org.jspecify.annotations.NullMarked;
