package dev.tidemill.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidemill.benchmarks.ParticipantLoop;
import java.util.Map;

/** Participant: a {@link RunningTrainer} with a checkpoint a second. */
final class KafkaTraining {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "checkpoint.interval.ms",
          "1000",
          "checkpoint.interval.samples",
          Long.toString(Long.MAX_VALUE));

  private KafkaTraining() {}

  public static void main(String[] arguments) throws Exception {
    ParticipantLoop.open().serve(Map.of(), KafkaTraining::round);
  }

  private static Map<String, ?> round(JsonNode json) throws Exception {
    TrainingOrder order = TrainingOrder.of(json);
    try (RunningTrainer trainer = RunningTrainer.start(order, order.modelSpec(), SETTINGS)) {
      trainer.await(order.warmSeconds());
      double samplesPerSecond = trainer.samplesPerSecond(order.seconds());
      trainer.requireFewerThan(order.topicSamples());
      return Map.of("samplesPerSecond", samplesPerSecond, "versions", trainer.versions());
    }
  }
}
