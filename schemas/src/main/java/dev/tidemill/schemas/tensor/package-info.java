/** Tensors of the protocol: made, checked and turned into numbers. */
@NullMarked
package dev.tidemill.schemas.tensor;

import org.jspecify.annotations.NullMarked;
