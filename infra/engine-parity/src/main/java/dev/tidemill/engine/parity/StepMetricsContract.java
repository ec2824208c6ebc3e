package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TargetSums;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Tests what any engine measures in a step: the figures are those of the answers that the model
 * gives before the step's update.
 */
public abstract class StepMetricsContract {
  private static final int FEATURES = 6;
  private static final int SAMPLES = 700;

  private final Engine engine;

  /**
   * @param engine the engine to test
   */
  protected StepMetricsContract(Engine engine) {
    this.engine = engine;
  }

  @Test
  protected void errorsAreThoseOfTheAnswers() {
    ModelSpec spec = spec("mse", 3, "batch_size: 64");
    try (TrainableModel model = engine.create(ModelState.initial(spec, 1), 2)) {
      model.step(regression(SAMPLES, 3, false));
      assertTargets(drained(model).targets(), expectedTargets(spec, 3));
      assertThat(model.drainConfusion()).isSameAs(ConfusionCounts.NONE);
      assertThat(drained(model).targets()).isEqualTo(TargetSums.of(new double[4 * 3]));
    }
  }

  /** A figure tells how good the answers are, not how much they count in the loss. */
  @Test
  protected void weightsAndMicroBatchesChangeNoFigure() {
    ModelSpec spec = spec("mse", 3, "batch_size: 64, micro_batch_size: 13");
    try (TrainableModel model = engine.create(ModelState.initial(spec, 1), 1)) {
      TensorBatch weighted = regression(SAMPLES, 3, true);
      model.accumulate(weighted, SAMPLES, 2 * SAMPLES);
      model.applyAccumulated();
      assertTargets(drained(model).targets(), expectedTargets(spec, 3));
      model.restore(ModelState.initial(spec, 1));
      StepMetrics evaluated = new StepMetrics();
      model.evaluate(weighted, evaluated);
      assertTargets(evaluated.targets(), expectedTargets(spec, 3));
    }
  }

  @Test
  protected void confusionIsThatOfTheAnswers() {
    for (int classes : new int[] {4, 70}) {
      ModelSpec spec = spec("cross_entropy", classes, "batch_size: 64");
      try (TrainableModel model = engine.create(ModelState.initial(spec, 1), 2)) {
        model.step(classes(SAMPLES, classes));
        model.evaluate(classes(SAMPLES, classes), new StepMetrics());
        StepMetrics metrics = drained(model);
        ConfusionCounts counts = model.drainConfusion();
        assertThat(counts).isEqualTo(expectedConfusion(spec, classes));
        assertThat(diagonal(counts)).isEqualTo(metrics.correct());
        assertThat(metrics.targets()).isSameAs(TargetSums.NONE);
        assertThat(model.drainConfusion())
            .isEqualTo(ConfusionCounts.of(classes, new long[classes * classes]));
        model.step(classes(SAMPLES, classes));
        model.restore(ModelState.initial(spec, 1));
        assertThat(sum(model.drainConfusion())).isZero();
      }
    }
  }

  @Test
  protected void countsLabelAtEveryPosition() {
    ModelSpec spec =
        ModelSpec.parse(
            """
            name: places
            input: {shape: [7]}
            layers:
              - {type: embedding, num_embeddings: 5, embedding_dim: 4}
              - {type: linear, out_features: 5}
            loss: cross_entropy
            optimizer: {type: sgd, learning_rate: 0.01}
            """);
    try (TrainableModel model = engine.create(ModelState.initial(spec, 1), 1)) {
      model.step(new Samples(spec, 20).batch(0, 20));
      StepMetrics metrics = drained(model);
      ConfusionCounts counts = model.drainConfusion();
      assertThat(sum(counts)).isEqualTo(20 * 7);
      assertThat(diagonal(counts)).isEqualTo(metrics.correct());
    }
  }

  @Test
  protected void keepsNoFiguresBeyondTheBounds() {
    ModelSpec wide = spec("mse", TargetSums.MAX_TARGETS + 1, "batch_size: 64");
    try (TrainableModel model = engine.create(ModelState.initial(wide, 1), 1)) {
      model.step(regression(20, TargetSums.MAX_TARGETS + 1, false));
      assertThat(drained(model).targets()).isSameAs(TargetSums.NONE);
    }
    ModelSpec many = spec("cross_entropy", ConfusionCounts.MAX_CLASSES + 1, "batch_size: 64");
    try (TrainableModel model = engine.create(ModelState.initial(many, 1), 1)) {
      model.step(classes(20, ConfusionCounts.MAX_CLASSES + 1));
      assertThat(drained(model).samples()).isEqualTo(20);
      assertThat(model.drainConfusion()).isSameAs(ConfusionCounts.NONE);
    }
  }

  private static ModelSpec spec(String loss, int outputs, String training) {
    return ModelSpec.parse(
        """
        name: figures
        input: {shape: [%d]}
        layers:
          - {type: linear, out_features: 16}
          - {type: tanh}
          - {type: linear, out_features: %d}
        loss: %s
        optimizer: {type: sgd, learning_rate: 0.01}
        training: {%s}
        """
            .formatted(FEATURES, outputs, loss, training));
  }

  private static StepMetrics drained(TrainableModel model) {
    StepMetrics metrics = new StepMetrics();
    model.drainMetrics(metrics);
    return metrics;
  }

  private static void assertTargets(TargetSums measured, double[] expected) {
    assertThat(measured.toArray())
        .containsExactly(expected, within(TestedDevice.tolerance(SAMPLES * 2e-6)));
  }

  private double[] expectedTargets(ModelSpec spec, int targets) {
    float[] answers = answers(spec);
    FloatBuffer labels = targets(SAMPLES, targets).asFloatBuffer();
    double[] sums = new double[4 * targets];
    for (int i = 0; i < answers.length; i++) {
      double error = answers[i] - labels.get(i);
      sums[i % targets] += Math.abs(error);
      sums[targets + i % targets] += error * error;
      sums[2 * targets + i % targets] += labels.get(i);
      sums[3 * targets + i % targets] += labels.get(i) * (double) labels.get(i);
    }
    return sums;
  }

  private ConfusionCounts expectedConfusion(ModelSpec spec, int classes) {
    float[] answers = answers(spec);
    long[] counts = new long[classes * classes];
    for (int i = 0; i < SAMPLES; i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = answers[i * classes + k] > answers[i * classes + best] ? k : best;
      }
      counts[i % classes * classes + best]++;
    }
    return ConfusionCounts.of(classes, counts);
  }

  private float[] answers(ModelSpec spec) {
    float[] answers = new float[SAMPLES * Network.of(spec).outputLength()];
    try (ServableModel model = engine.load(ModelState.initial(spec, 1), SAMPLES)) {
      model.predict(classes(SAMPLES, 1), FloatBuffer.wrap(answers));
    }
    return answers;
  }

  private static long diagonal(ConfusionCounts counts) {
    long sum = 0;
    for (int k = 0; k < counts.classes(); k++) {
      sum += counts.count(k, k);
    }
    return sum;
  }

  private static long sum(ConfusionCounts counts) {
    long sum = 0;
    for (long count : counts.toArray()) {
      sum += count;
    }
    return sum;
  }

  /** Sample i has the class i modulo the number of classes. */
  private static TensorBatch classes(int count, int classes) {
    ByteBuffer labels = bytes(count);
    for (int i = 0; i < count; i++) {
      labels.putInt(i * Integer.BYTES, i % classes);
    }
    TensorBatch batch = new TensorBatch();
    batch.add(ElementType.FLOAT32, inputs(count), 1, 0, ElementType.INT32, labels, 0, count);
    return batch;
  }

  private static TensorBatch regression(int count, int targets, boolean weighted) {
    ByteBuffer weights = bytes(weighted ? count : 0);
    for (int i = 0; weighted && i < count; i++) {
      weights.putFloat(i * Float.BYTES, 1 + i % 3);
    }
    TensorBatch batch = new TensorBatch();
    batch.add(
        ElementType.FLOAT32,
        inputs(count),
        1,
        0,
        ElementType.FLOAT32,
        targets(count, targets),
        weights,
        0,
        count);
    return batch;
  }

  private static ByteBuffer inputs(int count) {
    return gaussian(new Random(3), count * FEATURES);
  }

  private static ByteBuffer targets(int count, int targets) {
    return gaussian(new Random(4), count * targets);
  }

  private static ByteBuffer gaussian(Random random, int length) {
    ByteBuffer values = bytes(length);
    for (int i = 0; i < length; i++) {
      values.putFloat(i * Float.BYTES, (float) random.nextGaussian());
    }
    return values;
  }

  private static ByteBuffer bytes(int values) {
    return ByteBuffer.allocateDirect(values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
