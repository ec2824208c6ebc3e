package dev.tidemill.engine.dl4j.sequence;

import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;

/**
 * Transposes the rows of a batch of sequences from batch-major to time-major order, or back. In
 * time-major order, the rows of one time step are adjacent.
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

  /** Transposes {@code [batch, length, width]} to {@code [length, batch, width]}. */
  public static TimeMajor toTimeMajor(
      int batch, int length, int width, Signal input, Signal output) {
    return new TimeMajor(batch, length, width, input, output);
  }

  /** Transposes {@code [length, batch, width]} to {@code [batch, length, width]}. */
  public static TimeMajor toBatchMajor(
      int batch, int length, int width, Signal input, Signal output) {
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

  /** Copies {@code [rows, columns, width]} to {@code [columns, rows, width]}. */
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
    return "transpose " + outer + "x" + inner + " rows of " + width + ": rows copied";
  }
}
