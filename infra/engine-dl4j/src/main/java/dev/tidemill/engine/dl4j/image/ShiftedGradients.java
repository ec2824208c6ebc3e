package dev.tidemill.engine.dl4j.image;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** The backward pass of a {@link ShiftedConv2d}, one image at a time. */
final class ShiftedGradients {
  private final Image out;
  private final int rowLength;
  private final int columns;
  private final OrderedWeights weights;
  private final FloatPointer[] weightRows;
  private final FloatPointer[] outputs;
  private final @Nullable Floats input;
  private final Floats shifted;
  private final FloatPointer[] ranges;
  private final float[] zeros;

  /**
   * @param input gradient of the input; null if not needed
   */
  ShiftedGradients(
      int batch,
      Image in,
      Image out,
      Window window,
      Signal output,
      @Nullable Floats input,
      Workspace workspace) {
    this.out = out;
    this.input = input;
    int height = window.kernel().height();
    rowLength = (in.height() + 2 * window.padding().height()) * out.width();
    columns = window.kernel().width() * in.channels();
    weights = OrderedWeights.rowByRow(out.channels(), in.channels(), window, workspace);
    weightRows = ShiftedConv2d.strided(weights.floats(), height, out.channels() * columns);
    outputs = ShiftedConv2d.strided(output.requiredGradient(), batch, out.length());
    zeros = new float[input == null ? 0 : columns * rowLength];
    shifted = workspace.scratch((long) columns * rowLength);
    ranges = ShiftedConv2d.strided(shifted, height, out.width());
  }

  /**
   * Adds one image's contribution to the gradient of the weights; the first image of a batch
   * overwrites the old gradient.
   *
   * @param imageRanges ranges of the shifted image, one per kernel row
   */
  void addWeightGradient(int n, FloatPointer[] imageRanges) {
    for (int row = 0; row < ranges.length; row++) {
      correlate(outputs[n], imageRanges[row], n == 0 ? 0 : 1, weightRows[row]);
    }
  }

  /** Computes the input gradient of one image, if needed. */
  void computeInputGradient(int n, FloatPointer[] forwardWeightRows, ShiftedImage image) {
    if (input != null) {
      shifted.write(0, zeros, zeros.length);
      for (int row = 0; row < ranges.length; row++) {
        multiplyTransposed(forwardWeightRows[row], outputs[n], ranges[row]);
      }
      image.sum(shifted, input, n);
    }
  }

  /** Stores the gradient of the weights. */
  void store(Floats into) {
    weights.store(into);
  }

  /** Computes {@code dw = dz * x^T + beta * dw}. */
  private void correlate(FloatPointer dz, FloatPointer x, float beta, FloatPointer dw) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasTrans,
        out.channels(),
        columns,
        out.planeLength(),
        1,
        dz,
        out.planeLength(),
        x,
        rowLength,
        beta,
        dw,
        columns);
  }

  /** Computes {@code dx = w^T * dz + dx}. */
  private void multiplyTransposed(FloatPointer w, FloatPointer dz, FloatPointer dx) {
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        columns,
        out.planeLength(),
        out.channels(),
        1,
        w,
        columns,
        dz,
        out.planeLength(),
        1,
        dx,
        rowLength);
  }
}
