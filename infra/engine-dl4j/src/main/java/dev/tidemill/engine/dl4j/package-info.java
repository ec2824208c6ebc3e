/**
 * The engine seam on Deeplearning4j's native operations: a spec becomes a plan of kernels over flat
 * memory. Only this package is for other modules; its subpackages do not depend on it, and are free
 * of cycles.
 */
@NullMarked
package dev.tidemill.engine.dl4j;

import org.jspecify.annotations.NullMarked;
