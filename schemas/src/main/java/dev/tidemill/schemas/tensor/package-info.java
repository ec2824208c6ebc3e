/** Creates, checks and reads the protocol's tensors. */
@NullMarked
package dev.tidemill.schemas.tensor;

import org.jspecify.annotations.NullMarked;
