package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class LossWeightsTest {
  private static final String SPEC =
      """
      name: m
      input: {shape: %s}
      layers: [{type: linear, out_features: 3}]
      loss: %s
      optimizer: {type: sgd}
      """;

  private static final String CLASSES = "{type: cross_entropy, class_weights: [1, 10, 100]}";

  private final TensorBatch batch = new TensorBatch();

  @Test
  void sumOfAnUnweightedBatchIsItsSize() {
    add(0, 3, floats(), 0, 1, 2);
    assertThat(weights("[4]", "cross_entropy").sum(batch)).isEqualTo(3);
    assertThat(weights("[4]", "mse").sum(batch)).isEqualTo(3);
  }

  @Test
  void sumsTheWeightsOfSamplesInTheSlices() {
    add(1, 2, floats(1000, 0.5f, 2), 0, 0, 0);
    add(0, 1, floats(), 0);
    assertThat(weights("[4]", "mse").sum(batch)).isEqualTo(3.5);
  }

  @Test
  void multipliesSampleWeightAndClassWeight() {
    add(1, 2, floats(1000, 0.5f, 2), 0, 1, 2);
    add(0, 1, floats(), 0);
    assertThat(weights("[4]", CLASSES).sum(batch)).isEqualTo(0.5 * 10 + 2 * 100 + 1);
  }

  @Test
  void sequenceWeighsTheMeanOfItsLabels() {
    add(1, 1, floats(7, 2), 0, 0, 0, 1, 1, 2);
    assertThat(weights("[3, 4]", CLASSES).sum(batch)).isCloseTo(2 * 120 / 3.0, within(1e-12));
  }

  @Test
  void rejectsLabelsOutOfRange() {
    add(1, 1, floats(), 0, 3);
    assertThatThrownBy(() -> weights("[4]", CLASSES).sum(batch))
        .hasMessage("label 3 of sample 1 is out of range; classes are 0 to 2");
  }

  /** An engine would otherwise train without the weights. */
  @Test
  void rejectsBalancedWeightsThatNobodyReplaced() {
    assertThatThrownBy(() -> weights("[4]", "{type: cross_entropy, class_weights: balanced}"))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("balanced needs the number of labels of each class");
  }

  @Test
  void partsOfABatchKeepTheirWeights() {
    add(1, 2, floats(1000, 0.5f, 2), 0, 0, 0);
    add(0, 1, floats(), 0);
    TensorBatch part = new TensorBatch();
    part.add(batch, 1, 2);
    assertThat(part.slice(0).weight(0)).isEqualTo(2);
    assertThat(part.slice(1).weight(0)).isEqualTo(1);
    assertThat(part.isWeighted()).isTrue();
    part.clear();
    part.add(batch, 2, 1);
    assertThat(part.isWeighted()).isFalse();
  }

  private static LossWeights weights(String shape, String loss) {
    return new LossWeights(Network.of(ModelSpec.parse(SPEC.formatted(shape, loss))));
  }

  private void add(int first, int count, ByteBuffer weights, int... labels) {
    ByteBuffer numbers = bytes(labels.length);
    numbers.asIntBuffer().put(labels);
    batch.add(
        ElementType.FLOAT32, bytes(0), 1, 0, ElementType.INT32, numbers, weights, first, count);
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = bytes(values.length);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private static ByteBuffer bytes(int values) {
    return ByteBuffer.allocate(values * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
