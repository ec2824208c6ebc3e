/** Waves of four forms, drawn at random. */
@NullMarked
package dev.tidemill.producer.source.waves;

import org.jspecify.annotations.NullMarked;
