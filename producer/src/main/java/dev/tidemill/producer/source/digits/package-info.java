/** Digits drawn from strokes, without end. */
@NullMarked
package dev.tidemill.producer.source.digits;

import org.jspecify.annotations.NullMarked;
