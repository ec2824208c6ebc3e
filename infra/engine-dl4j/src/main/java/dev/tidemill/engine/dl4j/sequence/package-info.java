/** Kernels of tokens, LSTM and attention: rows of features, one a place of the sequence. */
@NullMarked
package dev.tidemill.engine.dl4j.sequence;

import org.jspecify.annotations.NullMarked;
