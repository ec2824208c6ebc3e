package dev.tidemill.benchmarks.training;

import dev.tidemill.engine.ModelSpec;

/**
 * What a participant trains.
 *
 * @param engine the engine's name; peers ignore it
 * @param spec a built-in network's name, for peers
 * @param yaml the same network for Tidemill, with the batch size
 * @param warmSeconds before the time counts
 * @param seconds that count; 0 to time copies of the state instead
 * @param topic of the {@link FilledLog}, which is read from its beginning; empty for samples in
 *     memory
 * @param topicSamples in the topic
 * @param checkpointMillis from one checkpoint to the next
 */
record TrainingOrder(
    String engine,
    String spec,
    String yaml,
    int batchSize,
    double warmSeconds,
    double seconds,
    String bootstrapServers,
    String topic,
    long topicSamples,
    long checkpointMillis) {
  ModelSpec modelSpec() {
    return ModelSpec.parse(yaml);
  }
}
