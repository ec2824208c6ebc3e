package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * {@code torch.nn.Dropout}: in training, zeroes values with probability p and scales the others by
 * {@code 1 / (1 - p)}.
 */
public final class Dropout implements Kernel {
  private final int sampleLength;
  private final DropoutMask mask;
  private final Signal input;
  private final Signal output;
  private final float[] values = new float[Floats.TILE];

  public Dropout(int layer, double p, int sampleLength, Signal input, Signal output) {
    this.sampleLength = sampleLength;
    mask = new DropoutMask(layer, p);
    this.input = input;
    this.output = output;
  }

  @Override
  public void forward() {
    if (!output.values().hasSameAddressAs(input.values())) {
      output.values().copyFrom(input.values());
    }
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    mask.begin(pass);
    mask(input.values(), output.values());
  }

  @Override
  public void backward() {
    mask(output.requiredGradient(), input.requiredGradient());
  }

  @Override
  public String describe() {
    return "dropout of " + sampleLength + ": own loop";
  }

  private void mask(Floats from, Floats to) {
    long first = mask.indexOf(0, sampleLength);
    for (int at = 0; at < from.length(); at += Floats.TILE) {
      int count = Math.min(Floats.TILE, from.length() - at);
      from.read(at, values, count);
      mask.apply(values, 0, count, first + at);
      to.write(at, values, count);
    }
  }
}
