/**
 * The engine seam on Deeplearning4j's native operations: a spec becomes a plan of kernels over flat
 * memory.
 */
@NullMarked
package dev.tidemill.engine.dl4j;

import org.jspecify.annotations.NullMarked;
