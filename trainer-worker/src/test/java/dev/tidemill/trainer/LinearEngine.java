package dev.tidemill.trainer;

import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.SpecTemplate;
import dev.tidemill.engine.TrainableModel;
import java.util.List;
import java.util.function.LongConsumer;

/** A simple engine for tests: softmax regression with momentum. Its results are bit-identical. */
final class LinearEngine implements Engine {
  /** A model with four features and three classes. */
  static final String YAML =
      """
      name: tiny
      input: {shape: [4]}
      layers:
        - {type: linear, name: fc, out_features: 3}
      loss: cross_entropy
      optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9}
      training: {batch_size: 8, seed: 1}
      """;

  static final int FEATURES = 4;
  static final int CLASSES = 3;

  private final LongConsumer beforeStep;
  private final Runnable beforeCopy;

  LinearEngine() {
    this(step -> {});
  }

  /**
   * @param beforeStep receives the number of steps before each step; it may block the training
   *     thread
   */
  LinearEngine(LongConsumer beforeStep) {
    this(beforeStep, () -> {});
  }

  /**
   * @param beforeCopy runs when a snapshot is awaited
   */
  LinearEngine(LongConsumer beforeStep, Runnable beforeCopy) {
    this.beforeStep = beforeStep;
    this.beforeCopy = beforeCopy;
  }

  /** Returns the same spec, whose sizes follow from the data contract if there is one. */
  static SpecTemplate adaptive() {
    return SpecTemplate.parse(adaptiveYaml());
  }

  /** Returns the adaptive spec with balanced class weights. */
  static SpecTemplate balanced() {
    String loss = "loss: cross_entropy";
    if (!YAML.contains(loss)) {
      throw new IllegalStateException("the spec has no line " + loss);
    }
    return SpecTemplate.parse(
        adaptiveYaml().replace(loss, "loss: {type: cross_entropy, class_weights: balanced}"));
  }

  /** Returns the adaptive spec of a regression. */
  static SpecTemplate regression() {
    return SpecTemplate.parse(adaptiveYaml().replace("loss: cross_entropy", "loss: mse"));
  }

  private static String adaptiveYaml() {
    return YAML.replace("shape: [4]", "shape: {auto: [4]}")
        .replace("out_features: 3", "out_features: {auto: 3}");
  }

  static ModelSpec spec() {
    return ModelSpec.parse(YAML);
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public List<String> devices() {
    return List.of("cpu");
  }

  @Override
  public TrainableModel create(ModelState begin, int threads) {
    return new LinearModel(begin, beforeStep, beforeCopy);
  }

  @Override
  public ServableModel load(ModelState state, int maxBatchSize) {
    throw new UnsupportedOperationException("this test engine cannot serve");
  }
}
