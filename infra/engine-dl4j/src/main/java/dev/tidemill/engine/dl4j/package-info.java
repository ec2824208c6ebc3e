/**
 * Implements the engine interface on Deeplearning4j's native operations. It compiles a spec into a
 * plan of kernels over flat memory. Other modules use only this package. Its subpackages do not
 * depend on it and have no cycles.
 */
@NullMarked
package dev.tidemill.engine.dl4j;

import org.jspecify.annotations.NullMarked;
