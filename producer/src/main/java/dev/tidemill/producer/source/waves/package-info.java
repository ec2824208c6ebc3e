/** An endless source of synthetic waves of four forms. */
@NullMarked
package dev.tidemill.producer.source.waves;

import org.jspecify.annotations.NullMarked;
