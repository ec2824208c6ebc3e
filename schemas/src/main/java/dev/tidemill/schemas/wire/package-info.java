/** Encodes records as bytes and decodes them. */
@NullMarked
package dev.tidemill.schemas.wire;

import org.jspecify.annotations.NullMarked;
