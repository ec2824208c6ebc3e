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

/** The way back of a {@link ShiftedConv2d}, image by image too. */
final class ShiftedGradients {
  private final Image out;
  private final int rowLength;
  private final int columns;
  private final OrderedWeights weights;
  private final FloatPointer[] weightRows;
  private final FloatPointer[] outputs;
  private final @Nullable Floats input;
  private final Floats shifted;
  private final FloatPointer[] runs;
  private final float[] zeros;

  /**
   * @param input gradient of it, null if nobody asks for it
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
    weightRows = ShiftedConv2d.every(weights.floats(), height, out.channels() * columns);
    outputs = ShiftedConv2d.every(output.requiredGradient(), batch, out.length());
    zeros = new float[input == null ? 0 : columns * rowLength];
    shifted = workspace.scratch((long) columns * rowLength);
    runs = ShiftedConv2d.every(shifted, height, out.width());
  }

  /**
   * Adds what an image of the batch gives; the first one's replaces what was there.
   *
   * @param imageRuns of the shifted image, one a kernel row
   */
  void ofWeights(int n, FloatPointer[] imageRuns) {
    for (int row = 0; row < runs.length; row++) {
      correlate(outputs[n], imageRuns[row], n == 0 ? 0 : 1, weightRows[row]);
    }
  }

  /** Of one image, where anybody asks for it. */
  void ofInput(int n, FloatPointer[] plainWeightRows, ShiftedImage image) {
    if (input != null) {
      shifted.write(0, zeros, zeros.length);
      for (int row = 0; row < runs.length; row++) {
        spread(plainWeightRows[row], outputs[n], runs[row]);
      }
      image.sum(shifted, input, n);
    }
  }

  /** Stores the weights' gradient. */
  void store(Floats into) {
    weights.store(into);
  }

  /** {@code dw = dz * x^T + keep * dw}. */
  private void correlate(FloatPointer dz, FloatPointer x, float keep, FloatPointer dw) {
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
        keep,
        dw,
        columns);
  }

  /** {@code dx = w^T * dz + dx}. */
  private void spread(FloatPointer w, FloatPointer dz, FloatPointer dx) {
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
