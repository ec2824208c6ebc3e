/** Kernels for convolution and pooling. */
@NullMarked
package dev.tidemill.engine.dl4j.image;

import org.jspecify.annotations.NullMarked;
