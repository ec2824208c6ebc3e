package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.StepMetrics;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks which predictions count as correct. */
// Native scopes are only closed.
@SuppressWarnings("try")
class CrossEntropyTest {
  private static final int SAMPLES = 500;

  @ParameterizedTest
  @ValueSource(ints = {CrossEntropy.MANY_CLASSES - 1, CrossEntropy.MANY_CLASSES, 300})
  void predictsTheFirstOfEqualOutputs(int classes) {
    NativeLibraries.load();
    try (PointerScope scope = new PointerScope()) {
      // With few distinct values, the maximum occurs more than once.
      Tensor outputs = torch.rand(SAMPLES, classes).mul(new Scalar(8)).floor();
      Tensor answers = outputs.argmax(new LongOptional(1), false);
      assertThat(correct(classes, outputs, answers)).isEqualTo(SAMPLES);
      Tensor next = answers.add(new Scalar(1)).remainder(new Scalar(classes));
      assertThat(correct(classes, outputs, next)).isZero();
    }
  }

  @Test
  void nanIsNeverCorrect() {
    NativeLibraries.load();
    try (PointerScope scope = new PointerScope()) {
      int classes = CrossEntropy.MANY_CLASSES;
      Tensor outputs = torch.rand(SAMPLES, classes).mul(new Scalar(Float.NaN));
      Tensor targets = torch.zeros(SAMPLES).to(torch.ScalarType.Long);
      assertThat(correct(classes, outputs, targets)).isZero();
    }
  }

  private static long correct(int classes, Tensor outputs, Tensor targets) {
    Network network = network(classes);
    CrossEntropy loss = new CrossEntropy(network, Placement.CPU);
    RunningSums sums = new RunningSums(network, loss, Placement.CPU);
    loss.compare(outputs, targets, sums);
    StepMetrics metrics = new StepMetrics();
    sums.drain(metrics);
    ConfusionCounts confusion = sums.drainConfusion();
    if (confusion.classes() > 0) {
      long diagonal = 0;
      for (int k = 0; k < classes; k++) {
        diagonal += confusion.count(k, k);
      }
      assertThat(diagonal).isEqualTo(metrics.correct());
    }
    return metrics.correct();
  }

  private static Network network(int classes) {
    return Network.of(
        ModelSpec.parse(
            """
            name: classes
            input: {shape: [3]}
            layers:
              - {type: linear, name: fc, out_features: %d}
            loss: cross_entropy
            optimizer: {type: sgd, learning_rate: 0.1}
            training: {batch_size: 1}
            """
                .formatted(classes)));
  }
}
