/**
 * The kernel interface, and kernels for layers of any input: linear, normalization, activations,
 * dropout and residual sums.
 */
@NullMarked
package dev.tidemill.engine.dl4j.kernel;

import org.jspecify.annotations.NullMarked;
