package dev.tidemill.producer;

import dev.tidemill.schemas.TrainingBatch;

/**
 * A record that is ready to be sent.
 *
 * @param samples number of samples in it
 * @param before the source's position before it
 * @param after the source's position after it
 */
record AssembledBatch(
    TrainingBatch batch, int samples, SourcePosition before, SourcePosition after) {}
