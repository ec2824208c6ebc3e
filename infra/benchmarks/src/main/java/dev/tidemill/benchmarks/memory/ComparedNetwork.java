package dev.tidemill.benchmarks.memory;

import dev.tidemill.benchmarks.BenchmarkException;
import dev.tidemill.engine.ModelSpec;
import dev.tidemill.engine.ModelState;
import dev.tidemill.engine.OptimizerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The networks that every peer has, with the one optimizer that all of them are given. */
final class ComparedNetwork {
  static final List<String> NAMES = List.of("lenet", "mlp");
  static final double LEARNING_RATE = 0.01;
  static final double MOMENTUM = 0.9;

  private ComparedNetwork() {}

  /**
   * The state that all begin with.
   *
   * @throws BenchmarkException if the peers have no such network
   */
  static ModelState begin(String name) {
    if (!NAMES.contains(name)) {
      throw new BenchmarkException("the peers have the networks " + NAMES + ", not " + name);
    }
    ModelSpec spec =
        ModelSpec.load(name)
            .withOptimizer(new OptimizerSpec.Sgd(LEARNING_RATE, MOMENTUM, 0, false, 0));
    return ModelState.initial(spec, 1);
  }

  /** Writes the parameters as plain floats, in PyTorch's order, into a folder. */
  static void writeParameters(String name, Path folder) throws IOException {
    ModelState begin = begin(name);
    ByteBuffer parameters =
        begin.data().slice(0, Math.toIntExact(begin.layout().parameterLength() * Float.BYTES));
    try (FileChannel file =
        FileChannel.open(
            folder.resolve(name + ".f32"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (parameters.hasRemaining()) {
        int unused = file.write(parameters);
      }
    }
  }
}
