package dev.tidemill.checkpoints;

import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TrainingCounters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes and reads training counters, and the version of the data contract, as strings in {@code
 * __metadata__}. Doubles round-trip exactly.
 */
final class CountersMetadata {
  private static final String STEPS = "tidemill.steps";
  private static final String SAMPLES = "tidemill.samples";
  private static final String SEED = "tidemill.seed";
  private static final String EPOCH_LOSS_SUM = "tidemill.epoch_loss_sum";
  private static final String EPOCH_SAMPLES = "tidemill.epoch_samples";
  private static final String EPOCH_CORRECT = "tidemill.epoch_correct";
  private static final String BEST_EPOCH_LOSS = "tidemill.best_epoch_loss";
  private static final String WITHOUT_IMPROVEMENT = "tidemill.epochs_without_improvement";

  /** Absent if the model was trained without a data contract. */
  private static final String CONTRACT = "tidemill.contract";

  private CountersMetadata() {}

  static Map<String, String> write(ModelState state) {
    TrainingCounters counters = state.counters();
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(STEPS, Long.toString(counters.steps()));
    texts.put(SAMPLES, Long.toString(counters.samples()));
    texts.put(SEED, Long.toString(counters.seed()));
    texts.put(EPOCH_LOSS_SUM, Double.toString(counters.epochLossSum()));
    texts.put(EPOCH_SAMPLES, Long.toString(counters.epochSamples()));
    texts.put(EPOCH_CORRECT, Long.toString(counters.epochCorrect()));
    texts.put(BEST_EPOCH_LOSS, Double.toString(counters.bestEpochLoss()));
    texts.put(WITHOUT_IMPROVEMENT, Integer.toString(counters.epochsWithoutImprovement()));
    if (state.contract() > 0) {
      texts.put(CONTRACT, Integer.toString(state.contract()));
    }
    return texts;
  }

  /** Returns the version of the data contract; 0 if the file names none. */
  static int contract(Map<String, String> metadata) {
    try {
      return Integer.parseInt(metadata.getOrDefault(CONTRACT, "0"));
    } catch (NumberFormatException e) {
      throw new MalformedSafeTensorsException(CONTRACT + " is not a version: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the counters; empty if the file has none, because its weights come from another program.
   */
  static Optional<TrainingCounters> read(Map<String, String> metadata) {
    if (!metadata.containsKey(STEPS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new TrainingCounters(
              Long.parseLong(text(metadata, STEPS)),
              Long.parseLong(text(metadata, SAMPLES)),
              Long.parseLong(text(metadata, SEED)),
              Double.parseDouble(text(metadata, EPOCH_LOSS_SUM)),
              Long.parseLong(text(metadata, EPOCH_SAMPLES)),
              Long.parseLong(text(metadata, EPOCH_CORRECT)),
              Double.parseDouble(text(metadata, BEST_EPOCH_LOSS)),
              Integer.parseInt(text(metadata, WITHOUT_IMPROVEMENT))));
    } catch (NumberFormatException e) {
      throw new MalformedSafeTensorsException(
          "a training counter is not a number: " + e.getMessage(), e);
    }
  }

  private static String text(Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new MalformedSafeTensorsException("the metadata lacks " + key);
    }
    return text;
  }
}
