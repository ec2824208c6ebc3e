package dev.tidemill.engine.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.Engine;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.LossWeights;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.Network;
import dev.tidemill.engine.ServableModel;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.StepMetrics;
import dev.tidemill.engine.TensorBatch;
import dev.tidemill.engine.TrainableModel;
import dev.tidemill.engine.TrainingSpec;
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
import java.util.OptionalInt;

/** A short run of PyTorch, which {@code src/main/python/trajectories.py} wrote. */
public final class PyTorchRun {
  private static final float TOLERANCE = TestedDevice.tolerance(2e-5f);

  private final ModelSpec spec;
  private final Map<String, float[]> values;

  private PyTorchRun(ModelSpec spec, Map<String, float[]> values) {
    this.spec = spec;
    this.values = values;
  }

  private static PyTorchRun parse(String text) {
    String[] lines = text.split("\n", -1);
    Map<String, float[]> values = new LinkedHashMap<>();
    for (int i = 1; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ", -1);
      float[] numbers = new float[words.length - 1];
      for (int k = 0; k < numbers.length; k++) {
        numbers[k] = Float.parseFloat(words[k + 1]);
      }
      values.put(words[0], numbers);
    }
    return new PyTorchRun(ModelSpec.parse(lines[0]), values);
  }

  /** Reads the run with a name, e.g. {@code layer-conv2d}. */
  public static PyTorchRun read(String name) {
    String path = "/pytorch/" + name + ".txt";
    try (InputStream in = PyTorchRun.class.getResourceAsStream(path)) {
      return parse(
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
    boolean classes = spec.loss().type() == LossType.CROSS_ENTROPY;
    ByteBuffer labels = classes ? ints(targets) : floats(targets);
    ElementType type = classes ? ElementType.INT32 : ElementType.FLOAT32;
    int count = batchSize();
    ByteBuffer inputs = floats(values("inputs"));
    ByteBuffer weights = floats(values.getOrDefault("weights", new float[0]));
    batch.add(ElementType.FLOAT32, inputs, 1, 0, type, labels, weights, step * count, count);
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

  /** Returns this run with a spec that computes a step in micro-batches. */
  PyTorchRun withMicroBatches(int size) {
    TrainingSpec t = spec.training();
    TrainingSpec split =
        new TrainingSpec(
            t.batchSize(), t.seed(), t.maxGradNorm(), t.stop(), OptionalInt.of(size), false);
    return new PyTorchRun(spec.withTraining(split), values);
  }

  /** How a model trains on the batch of a step. */
  interface Step {
    void run(TrainableModel model, TensorBatch batch);
  }

  /** Asserts that an engine computes the losses, weights and outputs of this run. */
  void assertMatches(Engine engine) {
    assertMatches(engine, 1, TrainableModel::step);
  }

  /** As {@link #assertMatches}, with a caller that accumulates the gradients of parts. */
  void assertMatchesInParts(Engine engine, int samples) {
    LossWeights weights = new LossWeights(Network.of(spec));
    assertMatches(
        engine,
        1,
        (model, batch) -> {
          for (int from = 0; from < batch.size(); from += samples) {
            TensorBatch part = new TensorBatch();
            part.add(batch, from, Math.min(samples, batch.size() - from));
            model.accumulate(part, batch.size(), weights.sum(batch));
          }
          model.applyAccumulated();
        });
  }

  /** Asserts the gradients of the first step, of which plain SGD subtracts a multiple. */
  void assertFirstGradientMatches(Engine engine) {
    ModelState before = begin();
    ModelState after = begin();
    try (TrainableModel model = engine.create(before, 1)) {
      model.step(batch(0));
      model.beginSnapshot(after).await();
    }
    float rate = (float) spec.optimizer().learningRate();
    for (StateLayout.Slice slice : before.layout().slices()) {
      if (slice.kind() == StateLayout.Kind.PARAMETER) {
        FloatBuffer old = before.data(slice).asFloatBuffer();
        FloatBuffer gradient = FloatBuffer.allocate(old.remaining());
        FloatBuffer updated = after.data(slice).asFloatBuffer();
        for (int i = 0; i < old.remaining(); i++) {
          gradient.put(i, (old.get(i) - updated.get(i)) / rate);
        }
        String name = "gradient." + slice.name();
        assertClose(name, gradient, values(name));
      }
    }
  }

  void assertMatches(Engine engine, int threads, Step step) {
    ModelState state = begin();
    try (TrainableModel model = engine.create(state, threads)) {
      float[] losses = values("losses");
      StepMetrics metrics = new StepMetrics();
      for (int i = 0; i < losses.length; i++) {
        step.run(model, batch(i));
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
