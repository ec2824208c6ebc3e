/** Losses with their gradients, and the targets of a batch. */
@NullMarked
package dev.tidemill.engine.dl4j.loss;

import org.jspecify.annotations.NullMarked;
