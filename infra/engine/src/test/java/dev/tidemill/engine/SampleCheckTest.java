package dev.tidemill.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleCheckTest {
  private static final String SPEC =
      """
      name: m
      input: {shape: [3]}
      layers: [{type: linear, name: fc, out_features: %d}]
      loss: %s
      optimizer: {type: sgd}
      """;

  private static final String TOKENS =
      """
      name: m
      input: {shape: [3]}
      layers:
        - {type: embedding, num_embeddings: 5, embedding_dim: 2}
        - {type: linear, out_features: 6}
      loss: cross_entropy
      optimizer: {type: sgd}
      """;

  private final SampleCheck lenet = check(ModelSpec.load("lenet"));
  private final SampleCheck classes = check(ModelSpec.parse(SPEC.formatted(4, "cross_entropy")));
  private final SampleCheck targets = check(ModelSpec.parse(SPEC.formatted(2, "mse")));

  @Test
  void acceptsValidRecordsOfEveryType() {
    for (ElementType type : ElementType.values()) {
      TensorView inputs = new TensorView(type, shape(2, 3), ByteBuffer.allocate(6 * type.bytes()));
      assertThat(classes.batch(inputs, ints(0, 3))).isEmpty();
    }
    TensorView images =
        new TensorView(ElementType.UINT8, shape(2, 1, 28, 28), ByteBuffer.allocate(2 * 784));
    assertThat(lenet.batch(images, longs(9, 0))).isEmpty();
    assertThat(targets.batch(floats(shape(1, 3), 1, 2, 3), floats(shape(1, 2), 5, -5))).isEmpty();
  }

  @Test
  void namesTheFirstSampleWithANonFiniteValue() {
    TensorView inputs = floats(shape(2, 3), 1, 2, 3, 4, 5, Float.NaN);
    assertThat(classes.batch(inputs, ints(0, 1)))
        .hasValue("sample 1: value 2 is not a finite number: NaN");
    assertThat(classes.request(floats(shape(3), 0, Float.NEGATIVE_INFINITY, 0)))
        .hasValue("sample 0: value 1 is not a finite number: -Infinity");
    assertThat(targets.batch(floats(shape(1, 3), 1, 2, 3), floats(shape(1, 2), 1, Float.NaN)))
        .hasValue("sample 0: target value 1 is not a finite number: NaN");
  }

  @Test
  void findsInfinityInHalfPrecision() {
    for (ElementType type : List.of(ElementType.FLOAT16, ElementType.BFLOAT16)) {
      ByteBuffer data = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
      data.putShort(2, (short) (type == ElementType.FLOAT16 ? 0xFC00 : 0xFF80));
      assertThat(classes.request(new TensorView(type, shape(3), data)))
          .hasValue("sample 0: value 1 is not a finite number: -Infinity");
    }
  }

  @Test
  void rejectsValuesThatOverflowWhenScaled() {
    ByteBuffer data = floats(shape(3), 1, 1e30f, 1).data();
    assertThat(classes.request(new TensorView(ElementType.FLOAT32, shape(3), data, 1e10, 0)))
        .hasValueSatisfying(fault -> assertThat(fault).endsWith("scaled to Infinity"));
    assertThat(classes.request(new TensorView(ElementType.FLOAT32, shape(3), data, Double.NaN, 0)))
        .isPresent();
    assertThat(classes.request(new TensorView(ElementType.FLOAT32, shape(3), data, 1e8, 0)))
        .isEmpty();
  }

  @Test
  void namesTheLayerThatRejectsALargeImage() {
    TensorView image =
        new TensorView(ElementType.UINT8, shape(1, 1, 224, 224), ByteBuffer.allocate(224 * 224));
    assertThat(lenet.request(image))
        .hasValue(
            "input must have shape [1, 28, 28], got [1, 1, 224, 224]; layer fc1 (linear) takes 400"
                + " features and would get 46656");
  }

  @Test
  void requestMayHaveALeadingDimensionOfOne() {
    assertThat(classes.request(floats(shape(1, 3), 1, 2, 3))).isEmpty();
    assertThat(classes.request(floats(shape(2, 3), 1, 2, 3, 4, 5, 6)))
        .hasValue("input must have shape [3], got [2, 3]");
    assertThat(classes.request(floats(shape(4), 1, 2, 3, 4)))
        .hasValue(
            "input must have shape [3], got [4]; layer fc (linear) takes 3 features and would get"
                + " 4");
    assertThat(classes.request(floats(shape(), 1))).hasValue("input must have shape [3], got []");
  }

  @Test
  void rejectsABatchOfAnotherShape() {
    assertThat(classes.batch(floats(shape(2, 2), 1, 2, 3, 4), ints(0, 1)))
        .hasValueSatisfying(
            fault ->
                assertThat(fault).startsWith("inputs must have shape [samples, 3], got [2, 2]"));
    assertThat(classes.batch(floats(shape(0, 3)), ints()))
        .hasValueSatisfying(fault -> assertThat(fault).contains("contains no samples"));
    assertThat(classes.batch(floats(shape()), ints()))
        .hasValueSatisfying(fault -> assertThat(fault).contains("got []"));
  }

  @Test
  void rejectsDataThatDoesNotMatchItsShape() {
    assertThat(classes.batch(floats(shape(2, 3), 1, 2, 3), ints(0, 1)))
        .hasValue("inputs have 12 bytes, which does not match type FLOAT32 and shape [2, 3]");
    assertThat(classes.batch(floats(shape(Long.MAX_VALUE / 2, 3), 1, 2, 3), ints(0, 1)))
        .isPresent();
  }

  @Test
  void namesTheSampleWhoseLabelIsOutOfRange() {
    TensorView inputs = floats(shape(2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(classes.batch(inputs, ints(0, 4)))
        .hasValue("sample 1: label 4 is out of range; classes are 0 to 3");
    assertThat(classes.batch(inputs, longs(-1, 0)))
        .hasValue("sample 0: label -1 is out of range; classes are 0 to 3");
    assertThat(classes.batch(inputs, longs(1L << 32, 0))).isPresent();
  }

  @Test
  void checksTypeShapeAndScaleOfLabels() {
    TensorView inputs = floats(shape(2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(classes.batch(inputs, floats(shape(2), 0, 1)))
        .hasValue("labels must be UINT8, INT32 or INT64, without scale and offset, got FLOAT32");
    assertThat(classes.batch(inputs, ints(0))).hasValue("labels must have shape [2], got [1]");
    assertThat(
            classes.batch(
                inputs, new TensorView(ElementType.INT32, shape(2), ints(0, 1).data(), 2, 0)))
        .isPresent();
    assertThat(targets.batch(inputs, floats(shape(2), 1, 2)))
        .hasValue("targets must have shape [2, 2], got [2]");
  }

  @Test
  void acceptsUint8Labels() {
    TensorView inputs = floats(shape(2, 3), 1, 2, 3, 4, 5, 6);
    assertThat(classes.batch(inputs, bytes(shape(2), 3, 0))).isEmpty();
    assertThat(classes.batch(inputs, bytes(shape(2), 3, 255)))
        .hasValue("sample 1: label 255 is out of range; classes are 0 to 3");
  }

  @Test
  void checksALabelForEveryPosition() {
    SampleCheck check = check(ModelSpec.parse(TOKENS));
    TensorView inputs = bytes(shape(2, 3), 0, 1, 2, 3, 4, 4);
    assertThat(check.batch(inputs, bytes(shape(2, 3), 0, 1, 2, 3, 4, 5))).isEmpty();
    assertThat(check.batch(inputs, bytes(shape(2, 3), 0, 1, 2, 3, 6, 5)))
        .hasValue("sample 1, position 1: label 6 is out of range; classes are 0 to 5");
    assertThat(check.batch(inputs, bytes(shape(2), 0, 1)))
        .hasValue("labels must have shape [2, 3], got [2]");
  }

  @Test
  void namesThePositionOfAnInvalidToken() {
    SampleCheck check = check(ModelSpec.parse(TOKENS));
    TensorView labels = bytes(shape(2, 3), 0, 0, 0, 0, 0, 0);
    for (ElementType type : ElementType.values()) {
      TensorView zeros = new TensorView(type, shape(2, 3), ByteBuffer.allocate(6 * type.bytes()));
      assertThat(check.batch(zeros, labels)).isEmpty();
    }
    assertThat(check.batch(bytes(shape(2, 3), 0, 1, 2, 3, 4, 5), labels))
        .hasValue("sample 1, position 2: token 5 is out of range; tokens are 0 to 4");
    assertThat(check.request(floats(shape(3), 0, 1.5f, 2)))
        .hasValue("sample 0, position 1: token 1.5 is not an integer");
    assertThat(check.request(floats(shape(3), 0, 1, Float.NaN)))
        .hasValue("sample 0, position 2: token NaN is not an integer");
    TensorView wide = new TensorView(ElementType.INT64, shape(3), longs(0, 1, 1L << 40).data());
    assertThat(check.request(wide))
        .hasValue("sample 0, position 2: token 1099511627776 is out of range; tokens are 0 to 4");
    TensorView below = new TensorView(ElementType.INT32, shape(3), ints(0, -1, 0).data());
    assertThat(check.request(below))
        .hasValue("sample 0, position 1: token -1 is out of range; tokens are 0 to 4");
    assertThat(
            check.request(
                new TensorView(ElementType.UINT8, shape(3), ByteBuffer.allocate(3), 0.5, 0)))
        .hasValue("tokens must have no scale and no offset, got scale 0.5, offset 0.0");
  }

  @Test
  void namesTheSampleWithABadWeight() {
    assertThat(classes.weights(floats(shape(3), 1, 1e-6f, 1e6f), 3)).isEmpty();
    for (float bad :
        new float[] {0, -1, 9e-7f, 1e-38f, 1.1e6f, 3e38f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThat(targets.weights(floats(shape(3), 1, bad, 2), 3))
          .hasValue("sample 1: weight " + bad + " is not from 1e-6 to 1e6");
    }
  }

  @Test
  void checksTypeShapeAndScaleOfWeights() {
    assertThat(classes.weights(ints(1, 2), 2))
        .hasValue("weights must be FLOAT32, without scale and offset, got INT32");
    ByteBuffer data = floats(shape(2), 1, 2).data();
    assertThat(classes.weights(new TensorView(ElementType.FLOAT32, shape(2), data, 2, 0), 2))
        .hasValue(
            "weights must be FLOAT32, without scale and offset, got FLOAT32 with scale 2.0, offset"
                + " 0.0");
    assertThat(classes.weights(floats(shape(2, 1), 1, 2), 2))
        .hasValue("weights must have shape [2], got [2, 1]");
    assertThat(classes.weights(floats(shape(3), 1, 2), 3))
        .hasValue("weights have 8 bytes, which does not match type FLOAT32 and shape [3]");
  }

  private static TensorView bytes(List<Long> shape, int... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length);
    for (int i = 0; i < values.length; i++) {
      data.put(i, (byte) values[i]);
    }
    return new TensorView(ElementType.UINT8, shape, data);
  }

  private static SampleCheck check(ModelSpec spec) {
    return new SampleCheck(Network.of(spec));
  }

  private static List<Long> shape(long... sizes) {
    List<Long> shape = new ArrayList<>();
    for (long size : sizes) {
      shape.add(size);
    }
    return shape;
  }

  private static TensorView floats(List<Long> shape, float... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new TensorView(ElementType.FLOAT32, shape, data);
  }

  private static TensorView ints(int... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asIntBuffer().put(values);
    return new TensorView(ElementType.INT32, shape(values.length), data);
  }

  private static TensorView longs(long... values) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    data.asLongBuffer().put(values);
    return new TensorView(ElementType.INT64, shape(values.length), data);
  }
}
