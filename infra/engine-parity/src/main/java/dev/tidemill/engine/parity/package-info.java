/** Tests that every engine inherits. They compare its results with PyTorch's. */
@NullMarked
package dev.tidemill.engine.parity;

import org.jspecify.annotations.NullMarked;
