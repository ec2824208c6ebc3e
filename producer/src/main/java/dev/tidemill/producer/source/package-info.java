/** Where samples come from: one seam, and what each kind of source needs to be opened. */
@NullMarked
package dev.tidemill.producer.source;

import org.jspecify.annotations.NullMarked;
