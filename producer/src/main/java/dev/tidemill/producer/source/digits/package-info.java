/** An endless source of synthetic digits, drawn from strokes. */
@NullMarked
package dev.tidemill.producer.source.digits;

import org.jspecify.annotations.NullMarked;
