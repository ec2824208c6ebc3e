/** Tests that every engine inherits: what it computes is what PyTorch computes. */
@NullMarked
package dev.tidemill.engine.parity;

import org.jspecify.annotations.NullMarked;
