package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/**
 * A learned positional embedding: adds the weight {@code [length, features]} to each sample. May
 * work in place.
 */
public final class PositionalEmbedding implements Kernel {
  private final int batch;
  private final int length;
  private final Signal input;
  private final Signal weight;
  private final Signal output;
  private final float[] weights;
  private final float[] sample;

  /**
   * @param length values per sample
   */
  public PositionalEmbedding(int batch, int length, Signal input, Signal weight, Signal output) {
    this.batch = batch;
    this.length = length;
    this.input = input;
    this.weight = weight;
    this.output = output;
    weights = new float[length];
    sample = new float[length];
  }

  @Override
  public void forward() {
    weight.values().read(0, weights, length);
    for (int n = 0; n < batch; n++) {
      input.values().read(n * length, sample, length);
      add(weights, sample);
      output.values().write(n * length, sample, length);
    }
  }

  @Override
  public void backward() {
    Floats dy = output.requiredGradient();
    Arrays.fill(weights, 0);
    for (int n = 0; n < batch; n++) {
      dy.read(n * length, sample, length);
      add(sample, weights);
    }
    weight.requiredGradient().write(0, weights, length);
    Floats dx = input.gradient();
    if (dx != null && !dx.hasSameAddressAs(dy)) {
      dx.copyFrom(dy);
    }
  }

  private static void add(float[] addends, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += addends[i];
    }
  }

  @Override
  public String describe() {
    return "positional embedding of " + length + ": own loop";
  }
}
