package dev.tidemill.checkpoints;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TrainingCounters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes and reads training counters, the version of the data contract, the factor of the learning
 * rate and what is known of drift, as strings in {@code __metadata__}. Doubles round-trip exactly.
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

  /** Absent unless the model is a regression. */
  private static final String EPOCH_TARGETS = "tidemill.epoch_targets";

  /** Absent unless predictions of classes are counted. */
  private static final String EPOCH_CONFUSION = "tidemill.epoch_confusion";

  /** Absent if the model was trained without a data contract. */
  private static final String CONTRACT = "tidemill.contract";

  /** Absent if the schedule's learning rate was not multiplied. */
  private static final String LEARNING_RATE_FACTOR = "tidemill.learning_rate_factor";

  /** Absent if the trainer knew nothing of drift. */
  private static final String DRIFT = "tidemill.drift";

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
    double[] targets = counters.epochTargets().toArray();
    if (targets.length > 0) {
      texts.put(
          EPOCH_TARGETS,
          Arrays.stream(targets).mapToObj(Double::toString).collect(Collectors.joining(" ")));
    }
    long[] confusion = counters.epochConfusion().toArray();
    if (confusion.length > 0) {
      texts.put(
          EPOCH_CONFUSION,
          Arrays.stream(confusion).mapToObj(Long::toString).collect(Collectors.joining(" ")));
    }
    if (state.contract() > 0) {
      texts.put(CONTRACT, Integer.toString(state.contract()));
    }
    if (state.learningRateFactor() != 1) {
      texts.put(LEARNING_RATE_FACTOR, Double.toString(state.learningRateFactor()));
    }
    if (!state.driftState().isEmpty()) {
      texts.put(DRIFT, state.driftState());
    }
    return texts;
  }

  /** Returns what the trainer knew of drift; empty if the file does not say. */
  static String drift(Map<String, String> metadata) {
    return metadata.getOrDefault(DRIFT, "");
  }

  /** Returns the version of the data contract; 0 if the file names none. */
  static int contract(Map<String, String> metadata) {
    try {
      return Integer.parseInt(metadata.getOrDefault(CONTRACT, "0"));
    } catch (NumberFormatException e) {
      throw new MalformedSafeTensorsException(CONTRACT + " is not a version: " + e.getMessage(), e);
    }
  }

  /** Returns what multiplied the schedule's learning rate; 1 if the file does not say. */
  static double learningRateFactor(Map<String, String> metadata) {
    try {
      return Double.parseDouble(metadata.getOrDefault(LEARNING_RATE_FACTOR, "1"));
    } catch (NumberFormatException e) {
      throw new MalformedSafeTensorsException(
          LEARNING_RATE_FACTOR + " is not a number: " + e.getMessage(), e);
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
              targets(metadata),
              confusion(metadata),
              Double.parseDouble(text(metadata, BEST_EPOCH_LOSS)),
              Integer.parseInt(text(metadata, WITHOUT_IMPROVEMENT))));
    } catch (NumberFormatException e) {
      throw new MalformedSafeTensorsException(
          "a training counter is not a number: " + e.getMessage(), e);
    }
  }

  private static TargetSums targets(Map<String, String> metadata) {
    double[] sums = numbers(metadata, EPOCH_TARGETS).mapToDouble(Double::parseDouble).toArray();
    try {
      return TargetSums.of(sums);
    } catch (IllegalArgumentException e) {
      throw new MalformedSafeTensorsException(EPOCH_TARGETS + ": " + e.getMessage(), e);
    }
  }

  private static ConfusionCounts confusion(Map<String, String> metadata) {
    long[] counts = numbers(metadata, EPOCH_CONFUSION).mapToLong(Long::parseLong).toArray();
    int classes = (int) Math.sqrt(counts.length);
    if (classes * classes != counts.length) {
      throw new MalformedSafeTensorsException(
          EPOCH_CONFUSION + " has " + counts.length + " counts, which is no square");
    }
    return ConfusionCounts.of(classes, counts);
  }

  private static Stream<String> numbers(Map<String, String> metadata, String key) {
    return Stream.of(metadata.getOrDefault(key, "").split(" ")).filter(text -> !text.isEmpty());
  }

  private static String text(Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new MalformedSafeTensorsException("the metadata lacks " + key);
    }
    return text;
  }
}
