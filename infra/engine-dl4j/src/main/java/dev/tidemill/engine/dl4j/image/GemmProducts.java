package dev.tidemill.engine.dl4j.image;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import org.bytedeco.javacpp.FloatPointer;

/** Computes each quarter as one OpenBLAS matrix product; fast where {@code SmallGemm.IS_FAST}. */
final class GemmProducts implements PhasedProducts {
  private final int outChannels;
  private final int columns;
  private final int length;
  private final Floats imageRows;
  private final OrderedWeights weights;
  private final OrderedWeights gradient;
  private final FloatPointer[] quarter = new FloatPointer[MaxOfFour.COUNT];
  private final FloatPointer[] rows = new FloatPointer[MaxOfFour.COUNT];

  /**
   * @param four memory of the four quarters: values, or their gradients
   */
  GemmProducts(
      PhasedImage image,
      int inChannels,
      int outChannels,
      Window window,
      Floats four,
      Workspace workspace) {
    this.outChannels = outChannels;
    columns = OrderedWeights.phasedColumns(inChannels, window);
    length = image.length();
    imageRows = workspace.scratch((long) image.rows() * length);
    weights = OrderedWeights.phased(outChannels, inChannels, window, workspace);
    gradient = OrderedWeights.phased(outChannels, inChannels, window, workspace);
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      quarter[q] = four.pointer().getPointer((long) q * outChannels * length);
      rows[q] = imageRows.pointer().getPointer((long) image.row(q / 2, q % 2, 0) * length);
    }
  }

  @Override
  public void loadWeights(Floats weightMemory) {
    weights.load(weightMemory);
  }

  @Override
  public void loadImage(PhasedImage image) {
    image.writeRows(imageRows);
  }

  @Override
  public void multiply() {
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasNoTrans,
          outChannels,
          length,
          columns,
          1,
          weights.floats().pointer(),
          columns,
          rows[q],
          length,
          0,
          quarter[q],
          length);
    }
  }

  @Override
  public void correlate(boolean first) {
    for (int q = 0; q < MaxOfFour.COUNT; q++) {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasTrans,
          outChannels,
          columns,
          length,
          1,
          quarter[q],
          length,
          rows[q],
          length,
          first && q == 0 ? 0 : 1,
          gradient.floats().pointer(),
          columns);
    }
  }

  @Override
  public void storeGradient(Floats weightMemory) {
    gradient.store(weightMemory);
  }

  @Override
  public String describe() {
    return "gemm a quarter";
  }
}
