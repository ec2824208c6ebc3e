/** Sources of text as bytes: from a file, or synthetic. */
@NullMarked
package dev.tidemill.producer.source.text;

import org.jspecify.annotations.NullMarked;
