package dev.tidemill.engine.dl4j.kernel;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import dev.tidemill.engine.dl4j.memory.Floats;
import org.bytedeco.javacpp.FloatPointer;

/** Multiplies with OpenBLAS; a single sample uses matrix-vector products. */
final class OpenBlasProducts implements LinearProducts {
  private final int batch;
  private final int in;
  private final int out;
  private final Signal input;
  private final Signal weight;
  private final Signal output;

  OpenBlasProducts(int batch, int in, int out, Signal input, Signal weight, Signal output) {
    this.batch = batch;
    this.in = in;
    this.out = out;
    this.input = input;
    this.weight = weight;
    this.output = output;
  }

  @Override
  public void forward() {
    FloatPointer x = input.values().pointer();
    FloatPointer w = weight.values().pointer();
    FloatPointer y = output.values().pointer();
    if (batch == 1) {
      cblas_sgemv(CblasRowMajor, CblasNoTrans, out, in, 1, w, in, x, 1, 0, y, 1);
    } else {
      cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, batch, out, in, 1, x, in, w, in, 0, y, out);
    }
  }

  @Override
  public void weightGradient() {
    FloatPointer x = input.values().pointer();
    FloatPointer dy = output.requiredGradient().pointer();
    FloatPointer dw = weight.requiredGradient().pointer();
    cblas_sgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, out, in, batch, 1, dy, out, x, in, 0, dw, in);
  }

  @Override
  public void inputGradient() {
    Floats gradient = input.gradient();
    if (gradient == null) {
      return;
    }
    FloatPointer w = weight.values().pointer();
    FloatPointer dy = output.requiredGradient().pointer();
    FloatPointer dx = gradient.pointer();
    if (batch == 1) {
      cblas_sgemv(CblasRowMajor, CblasTrans, out, in, 1, w, in, dy, 1, 0, dx, 1);
    } else {
      cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, in, out, 1, dy, out, w, in, 0, dx, in);
    }
  }

  @Override
  public String describe() {
    return batch == 1 ? "gemv" : "gemm";
  }
}
