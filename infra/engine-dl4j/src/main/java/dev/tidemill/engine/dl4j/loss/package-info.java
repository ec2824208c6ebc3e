/** Losses with their gradients, and the targets that they compare with. */
@NullMarked
package dev.tidemill.engine.dl4j.loss;

import org.jspecify.annotations.NullMarked;
