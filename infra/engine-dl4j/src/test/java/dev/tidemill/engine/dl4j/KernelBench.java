package dev.tidemill.engine.dl4j;

import java.util.Random;

/** Memory and random signals to try one kernel by itself with. */
final class KernelBench implements AutoCloseable {
  private final Region region = new Region();
  private final Random random = new Random(3);
  final Workspace workspace = new Workspace(region);

  /** Values between -1 and 1, and room for their gradient. */
  Signal signal(int length) {
    return new Signal(random(length), workspace.allocate(length));
  }

  /** The same, with nobody asking for the gradient. */
  Signal fixed(int length) {
    return new Signal(random(length), null);
  }

  Floats random(int length) {
    Floats floats = workspace.allocate(length);
    for (int i = 0; i < length; i++) {
      floats.buffer().put(i, random.nextFloat() * 2 - 1);
    }
    return floats;
  }

  static float[] read(Floats floats) {
    float[] values = new float[floats.length()];
    floats.read(0, values, values.length);
    return values;
  }

  /** Runs a kernel forward and, from a random gradient of its output, back. */
  void run(Kernel kernel, Signal output) {
    kernel.forwardTraining(new TrainingPass());
    output.requiredGradient().copyFrom(random(output.values().length()));
    kernel.backward();
  }

  @Override
  public void close() {
    workspace.close();
    region.close();
  }
}
