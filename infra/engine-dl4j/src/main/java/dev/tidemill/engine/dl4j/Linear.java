package dev.tidemill.engine.dl4j;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x * w^T + b} for a batch, by OpenBLAS on row-major memory: x {@code [batch, in]}, w
 * {@code [out, in]}, y {@code [batch, out]}.
 */
final class Linear implements Kernel {
  private final int batch;
  private final int in;
  private final int out;
  private final Signal input;
  private final Signal weight;
  private final @Nullable Signal bias;
  private final Signal output;
  private final float[] row;
  private final float[] sums;

  Linear(
      int batch,
      int in,
      int out,
      Signal input,
      Signal weight,
      @Nullable Signal bias,
      Signal output) {
    this.batch = batch;
    this.in = in;
    this.out = out;
    this.input = input;
    this.weight = weight;
    this.bias = bias;
    this.output = output;
    row = new float[out];
    sums = new float[out];
  }

  @Override
  public void forward() {
    float keep = 0;
    if (bias != null) {
      bias.values().read(0, row, out);
      for (int i = 0; i < batch; i++) {
        output.values().write(i * out, row, out);
      }
      keep = 1;
    }
    Floats x = input.values();
    Floats w = weight.values();
    Floats y = output.values();
    if (batch == 1) {
      cblas_sgemv(
          CblasRowMajor,
          CblasNoTrans,
          out,
          in,
          1,
          w.pointer(),
          in,
          x.pointer(),
          1,
          keep,
          y.pointer(),
          1);
    } else {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasTrans,
          batch,
          out,
          in,
          1,
          x.pointer(),
          in,
          w.pointer(),
          in,
          keep,
          y.pointer(),
          out);
    }
  }

  @Override
  public void backward() {
    Floats dy = output.requiredGradient();
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        out,
        in,
        batch,
        1,
        dy.pointer(),
        out,
        input.values().pointer(),
        in,
        0,
        weight.requiredGradient().pointer(),
        in);
    if (bias != null) {
      biasGradient(dy, bias.requiredGradient());
    }
    Floats dx = input.gradient();
    if (dx != null) {
      inputGradient(dy, dx);
    }
  }

  @Override
  public String way() {
    return "linear " + in + " to " + out + (batch == 1 ? ": gemv" : ": gemm");
  }

  private void biasGradient(Floats dy, Floats db) {
    Arrays.fill(sums, 0);
    for (int i = 0; i < batch; i++) {
      dy.read(i * out, row, out);
      for (int k = 0; k < out; k++) {
        sums[k] += row[k];
      }
    }
    db.write(0, sums, out);
  }

  private void inputGradient(Floats dy, Floats dx) {
    if (batch == 1) {
      cblas_sgemv(
          CblasRowMajor,
          CblasTrans,
          out,
          in,
          1,
          weight.values().pointer(),
          in,
          dy.pointer(),
          1,
          0,
          dx.pointer(),
          1);
    } else {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasNoTrans,
          batch,
          in,
          out,
          1,
          dy.pointer(),
          out,
          weight.values().pointer(),
          in,
          0,
          dx.pointer(),
          in);
    }
  }
}
