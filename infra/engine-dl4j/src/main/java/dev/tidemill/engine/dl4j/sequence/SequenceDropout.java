package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.DropoutMask;
import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.Floats;

/** {@link Dropout} of time-major rows. It drops the same values as in batch-major order. */
public final class SequenceDropout implements Kernel {
  private final int batch;
  private final int length;
  private final DropoutMask mask;
  private final Signal input;
  private final Signal output;
  private final float[] row;

  /**
   * @param input {@code [length, batch, width]}
   */
  public SequenceDropout(
      int batch, int length, int width, DropoutMask mask, Signal input, Signal output) {
    this.batch = batch;
    this.length = length;
    this.mask = mask;
    this.input = input;
    this.output = output;
    row = new float[width];
  }

  @Override
  public void forward() {
    output.values().copyFrom(input.values());
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

  private void mask(Floats from, Floats to) {
    long sampleLength = (long) length * row.length;
    for (int t = 0; t < length; t++) {
      for (int n = 0; n < batch; n++) {
        int at = (t * batch + n) * row.length;
        from.read(at, row, row.length);
        mask.apply(row, 0, row.length, mask.indexOf(n, sampleLength) + (long) t * row.length);
        to.write(at, row, row.length);
      }
    }
  }

  @Override
  public String describe() {
    return "dropout of " + length + " rows of " + row.length + ": own loop";
  }
}
