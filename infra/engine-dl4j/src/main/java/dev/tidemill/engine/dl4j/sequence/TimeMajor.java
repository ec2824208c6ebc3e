package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * Puts the rows of a batch of sequences in the order of time, so that what belongs to one moment
 * lies together, or back.
 */
public final class TimeMajor implements Kernel {
  private final int outer;
  private final int inner;
  private final int width;
  private final Signal input;
  private final Signal output;
  private final float[] row;

  private TimeMajor(int outer, int inner, int width, Signal input, Signal output) {
    this.outer = outer;
    this.inner = inner;
    this.width = width;
    this.input = input;
    this.output = output;
    row = new float[width];
  }

  /** From {@code [batch, length, width]} to {@code [length, batch, width]}. */
  public static TimeMajor of(int batch, int length, int width, Signal input, Signal output) {
    return new TimeMajor(batch, length, width, input, output);
  }

  /** From {@code [length, batch, width]} to {@code [batch, length, width]}. */
  public static TimeMajor back(int batch, int length, int width, Signal input, Signal output) {
    return new TimeMajor(length, batch, width, input, output);
  }

  @Override
  public void forward() {
    copy(input.values(), outer, inner, output.values());
  }

  @Override
  public void backward() {
    copy(output.requiredGradient(), inner, outer, input.requiredGradient());
  }

  /** From {@code [rows, columns, width]} to {@code [columns, rows, width]}. */
  private void copy(Floats from, int rows, int columns, Floats to) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        from.read((r * columns + c) * width, row, width);
        to.write((c * rows + r) * width, row, width);
      }
    }
  }

  @Override
  public String describe() {
    return "turn " + outer + "x" + inner + " rows of " + width + ": rows copied";
  }
}
