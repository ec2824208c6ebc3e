package dev.tidemill.engine.dl4j;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.LossType;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.StateLayout;
import dev.tidemill.engine.TensorBatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A short run of PyTorch, written by {@code src/test/python/trajectories.py}. */
final class PyTorchRun {
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

  static PyTorchRun read(String name) {
    String path = "/pytorch/" + name + ".txt";
    try (InputStream in = PyTorchRun.class.getResourceAsStream(path)) {
      return new PyTorchRun(
          new String(Objects.requireNonNull(in, path).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ModelSpec spec() {
    return spec;
  }

  float[] values(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  int batchSize() {
    return (int) values("batch")[0];
  }

  /** The first weights. */
  ModelState begin() {
    ModelState state = ModelState.initial(spec, 1);
    for (StateLayout.Slice slice : state.layout().slices()) {
      if (slice.kind() != StateLayout.Kind.OPTIMIZER) {
        state.data(slice).asFloatBuffer().put(values("begin." + slice.name()));
      }
    }
    return state;
  }

  /** The samples of one step. */
  TensorBatch batch(int step) {
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
}
