package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import java.util.Arrays;

/** Reduces each sequence to one row: its last row, or the mean of all rows. */
public final class SequencePool implements Kernel {
  private final int batch;
  private final int length;
  private final int width;
  private final boolean mean;
  private final Signal input;
  private final Signal output;
  private final float[] row;
  private final float[] pooled;

  /**
   * @param length rows per sequence
   * @param width values per row
   * @param mean whether to take the mean rather than the last row
   */
  public SequencePool(int batch, int length, int width, boolean mean, Signal input, Signal output) {
    this.batch = batch;
    this.length = length;
    this.width = width;
    this.mean = mean;
    this.input = input;
    this.output = output;
    row = new float[width];
    pooled = new float[width];
  }

  @Override
  public void forward() {
    for (int n = 0; n < batch; n++) {
      Arrays.fill(pooled, 0);
      for (int t = mean ? 0 : length - 1; t < length; t++) {
        input.values().read((n * length + t) * width, row, width);
        for (int k = 0; k < row.length; k++) {
          pooled[k] += row[k];
        }
      }
      scale(1f / (mean ? length : 1));
      output.values().write(n * width, pooled, width);
    }
  }

  @Override
  public void backward() {
    Floats dx = input.requiredGradient();
    Arrays.fill(row, 0);
    for (int n = 0; n < batch; n++) {
      output.requiredGradient().read(n * width, pooled, width);
      scale(1f / (mean ? length : 1));
      for (int t = 0; t < length; t++) {
        boolean taken = mean || t == length - 1;
        dx.write((n * length + t) * width, taken ? pooled : row, width);
      }
    }
  }

  private void scale(float factor) {
    for (int k = 0; k < pooled.length; k++) {
      pooled[k] *= factor;
    }
  }

  @Override
  public String describe() {
    return (mean ? "mean of " : "last of ") + length + " rows of " + width + ": own loop";
  }
}
