package dev.tidemill.engine.dl4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Region;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Random;

/** Memory, random signals and checks for tests of a single kernel. */
public final class KernelBench implements AutoCloseable {
  private static final float STEP = 1e-2f;

  private final Region region = new Region();
  private final Random random = new Random(3);
  public final Workspace workspace = new Workspace(region);

  /** Creates a signal of values between -1 and 1 with memory for a gradient. */
  public Signal signal(int length) {
    return new Signal(random(length), workspace.allocate(length));
  }

  /** Creates a signal of values between -1 and 1 without a gradient. */
  public Signal fixed(int length) {
    return new Signal(random(length), null);
  }

  public Floats random(int length) {
    Floats floats = workspace.allocate(length);
    for (int i = 0; i < length; i++) {
      floats.buffer().put(i, random.nextFloat() * 2 - 1);
    }
    return floats;
  }

  public static float[] read(Floats floats) {
    float[] values = new float[floats.length()];
    floats.read(0, values, values.length);
    return values;
  }

  /** Runs a kernel forward, then backward from a random gradient of its output. */
  public void run(Kernel kernel, Signal output) {
    kernel.forwardTraining(new TrainingPass());
    output.requiredGradient().copyFrom(random(output.values().length()));
    kernel.backward();
  }

  /** Compares a kernel's gradients with numerical ones of a weighted sum of its outputs. */
  public void checkGradients(Kernel kernel, Signal output, Signal... signals) {
    checkGradients(kernel, STEP, output, signals);
  }

  /**
   * Compares a kernel's gradients with numerical ones that use another step.
   *
   * @param step step of the differences; small enough to leave most maxima in place
   */
  public void checkGradients(Kernel kernel, float step, Signal output, Signal... signals) {
    run(kernel, output);
    float[] weights = read(output.requiredGradient());
    for (int s = 0; s < signals.length; s++) {
      float[] analytic = read(signals[s].requiredGradient());
      Floats values = signals[s].values();
      int stride = Math.max(1, analytic.length / 40);
      for (int i = 0; i < analytic.length; i += stride) {
        float value = values.buffer().get(i);
        double above = sum(kernel, output, weights, values, i, value + step);
        double below = sum(kernel, output, weights, values, i, value - step);
        values.buffer().put(i, value);
        double numeric = (above - below) / (2 * step);
        assertThat((double) analytic[i])
            .as("%s: signal %d at %d", kernel.describe(), s, i)
            .isCloseTo(numeric, within(2e-3 + 2e-3 * Math.abs(numeric)));
      }
    }
  }

  private static double sum(
      Kernel kernel, Signal output, float[] weights, Floats changed, int at, float value) {
    changed.buffer().put(at, value);
    kernel.forwardTraining(new TrainingPass());
    float[] outputs = read(output.values());
    double sum = 0;
    for (int i = 0; i < outputs.length; i++) {
      sum += (double) outputs[i] * weights[i];
    }
    return sum;
  }

  /**
   * Checks that a kernel propagates NaN from input to output, and from the output's gradient to the
   * input's.
   */
  public void checkPropagatesNaN(Kernel kernel, Signal input, Signal output) {
    input.values().copyFrom(random(input.values().length()));
    input.values().buffer().put(5, Float.NaN);
    kernel.forwardTraining(new TrainingPass());
    assertThat(read(output.values())).as(kernel.describe()).contains(Float.NaN);
    input.values().copyFrom(random(input.values().length()));
    kernel.forwardTraining(new TrainingPass());
    output.requiredGradient().copyFrom(random(output.values().length()));
    // Several values, because ReLU blocks the gradients of negative inputs.
    for (int i = 0; i < 12; i++) {
      output.requiredGradient().buffer().put(i, Float.NaN);
    }
    kernel.backward();
    assertThat(read(input.requiredGradient())).as(kernel.describe()).contains(Float.NaN);
  }

  @Override
  public void close() {
    workspace.close();
    region.close();
  }
}
