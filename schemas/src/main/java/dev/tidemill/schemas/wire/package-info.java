/** How records become bytes and back. */
@NullMarked
package dev.tidemill.schemas.wire;

import org.jspecify.annotations.NullMarked;
