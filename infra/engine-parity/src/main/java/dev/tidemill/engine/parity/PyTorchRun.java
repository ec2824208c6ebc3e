package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A short run of PyTorch, which {@code src/main/python/trajectories.py} wrote. */
public final class PyTorchRun {
  private static final float TOLERANCE = TestedDevice.tolerance(2e-5f);

  private final ModelSpec spec;
  private final Map<String, float[]> values = new LinkedHashMap<>();

  private PyTorchRun(String text) {
    String[] lines = text.split("\n", -1);
    spec = ModelSpec.parse(lines[0]);
    for (int i = 1; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ", -1);
      float[] numbers = new float[words.length - 1];
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = Float.parseFloat(words[k + 1]);
      }
      values.put(words[0], numbers);
    }
  }

  /** Reads the run with a name, e.g. {@code layer-conv2d}. */
  public static PyTorchRun read(String name) {
    String path = "/pytorch/" + name + ".txt";
    try (InputStream in = PyTorchRun.class.getResourceAsStream(path)) {
      return new PyTorchRun(
          new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ModelSpec spec() {
    return spec;
  }

  /** The numbers of a line. */
  public float[] values(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** Samples per step. */
  public int batchSize() {
    return (int) values("batch")[0];
  }

  /** The initial weights. */
  public ModelState begin() {
    ModelState state = ModelState.initial(spec, 1);
    for (StateLayout.Slice slice : state.layout().slices()) {
      if (slice.kind() != StateLayout.Kind.OPTIMIZER) {
        state.data(slice).asFloatBuffer().put(values("begin." + slice.name()));
      }
    }
    return state;
  }

  /** The batch of a step. */
  public TensorBatch batch(int step) {
    TensorBatch batch = new TensorBatch();
    float[] targets = values("targets");
    boolean classes = spec.loss() == LossType.CROSS_ENTROPY;
    ByteBuffer labels = classes ? ints(targets) : floats(targets);
    ElementType type = classes ? ElementType.INT32 : ElementType.FLOAT32;
    int count = batchSize();
    batch.add(
        ElementType.FLOAT32, floats(values("inputs")), 1, 0, type, labels, step * count, count);
    return batch;
  }

  private static ByteBuffer floats(float[] numbers) {
    ByteBuffer bytes = allocate(numbers.length * Float.BYTES);
    bytes.asFloatBuffer().put(numbers);
    return bytes;
  }

  private static ByteBuffer ints(float[] numbers) {
    ByteBuffer bytes = allocate(numbers.length * Integer.BYTES);
    int[] whole = new int[numbers.length];
    Arrays.setAll(whole, i -> (int) numbers[i]);
    bytes.asIntBuffer().put(whole);
    return bytes;
  }

  private static ByteBuffer allocate(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Asserts that an engine computes the losses, weights and outputs of this run. */
  void assertMatches(Engine engine) {
    ModelState state = begin();
    try (TrainableModel model = engine.create(state, 1)) {
      float[] losses = values("losses");
      StepMetrics metrics = new StepMetrics();
      for (int i = 0; i < losses.length; i++) {
        model.step(batch(i));
        model.drainMetrics(metrics);
        assertThat((float) metrics.loss()).as("loss %d", i).isCloseTo(losses[i], within(TOLERANCE));
      }
      model.beginSnapshot(state).await();
    }
    for (StateLayout.Slice slice : state.layout().slices()) {
      if (slice.kind() != StateLayout.Kind.OPTIMIZER) {
        assertClose(slice.name(), state.data(slice).asFloatBuffer(), values("end." + slice.name()));
      }
    }
    float[] outputs = values("outputs");
    FloatBuffer answers = FloatBuffer.allocate(outputs.length);
    try (ServableModel servable = engine.load(state, batchSize())) {
      servable.predict(batch(0), answers);
    }
    assertClose("outputs", answers.flip(), outputs);
  }

  private static void assertClose(String name, FloatBuffer ours, float[] theirs) {
    assertThat(ours.remaining()).isEqualTo(theirs.length);
    for (int i = 0; i < theirs.length; i++) {
      assertThat(ours.get(i)).as("%s[%d]", name, i).isCloseTo(theirs[i], within(TOLERANCE));
    }
  }
}
