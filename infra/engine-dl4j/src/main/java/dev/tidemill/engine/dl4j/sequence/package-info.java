/**
 * Kernels for sequences: embeddings, LSTM and attention. A sequence has one row of features per
 * position.
 */
@NullMarked
package dev.tidemill.engine.dl4j.sequence;

import org.jspecify.annotations.NullMarked;
