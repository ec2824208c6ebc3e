package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.engine.ModelSpec;
import java.util.Map;

/**
 * What a participant is to train.
 *
 * @param engine the engine's name; nothing to peers
 * @param spec a built-in network's name
 * @param warmSeconds before the time counts
 * @param seconds that count
 * @param bootstrapServers of the broker with the {@link FilledLog}
 * @param topic of it that is to be read, from its beginning
 * @param topicSamples that it holds
 */
record TrainingOrder(
    String engine,
    String spec,
    int batchSize,
    double warmSeconds,
    double seconds,
    String bootstrapServers,
    String topic,
    long topicSamples) {

  static TrainingOrder of(JsonNode order) {
    return new TrainingOrder(
        order.path("engine").asText(),
        order.path("spec").asText(),
        order.path("batchSize").asInt(),
        order.path("warmSeconds").asDouble(),
        order.path("seconds").asDouble(),
        order.path("bootstrapServers").asText(),
        order.path("topic").asText(),
        order.path("topicSamples").asLong());
  }

  ModelSpec modelSpec() {
    return ModelSpec.load(spec).withOverrides(Map.of("batch-size", Integer.toString(batchSize)));
  }
}
