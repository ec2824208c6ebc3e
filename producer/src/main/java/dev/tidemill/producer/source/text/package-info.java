/** Texts, byte for byte: of a file, or made up. */
@NullMarked
package dev.tidemill.producer.source.text;

import org.jspecify.annotations.NullMarked;
