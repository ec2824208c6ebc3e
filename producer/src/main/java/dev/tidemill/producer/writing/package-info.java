/** A text that a model writes on, byte after byte. */
@NullMarked
package dev.tidemill.producer.writing;

import org.jspecify.annotations.NullMarked;
