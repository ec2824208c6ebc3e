package dev.tidemill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.Network;
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
      CrossEntropy loss = new CrossEntropy(network(classes), Placement.CPU);
      // With few distinct values, the maximum occurs more than once.
      Tensor outputs = torch.rand(SAMPLES, classes).mul(new Scalar(8)).floor();
      Tensor answers = outputs.argmax(new LongOptional(1), false);
      assertThat(loss.correct(outputs, answers).item_long()).isEqualTo(SAMPLES);
      Tensor next = answers.add(new Scalar(1)).remainder(new Scalar(classes));
      assertThat(loss.correct(outputs, next).item_long()).isZero();
    }
  }

  @Test
  void nanIsNeverCorrect() {
    NativeLibraries.load();
    try (PointerScope scope = new PointerScope()) {
      int classes = CrossEntropy.MANY_CLASSES;
      Tensor outputs = torch.rand(SAMPLES, classes).mul(new Scalar(Float.NaN));
      Tensor targets = torch.zeros(SAMPLES).to(torch.ScalarType.Long);
      assertThat(
              new CrossEntropy(network(classes), Placement.CPU)
                  .correct(outputs, targets)
                  .item_long())
          .isZero();
    }
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
