package dev.tidemill.benchmarks.training;

import dev.tidemill.engine.ModelSpec;

/**
 * What a participant trains.
 *
 * @param engine the engine's name; peers ignore it
 * @param spec a built-in network's name, for peers
 * @param yaml the same network for Tidemill, with the batch size
 * @param warmSeconds before the time counts
 * @param seconds that count
 * @param topic of the {@link FilledLog}, which is read from its beginning
 * @param topicSamples in the topic
 * @param checkpointMillis from one checkpoint to the next
 * @param copies times copies of the state instead of training
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
    long checkpointMillis,
    boolean copies) {
  ModelSpec modelSpec() {
    return ModelSpec.parse(yaml);
  }
}
