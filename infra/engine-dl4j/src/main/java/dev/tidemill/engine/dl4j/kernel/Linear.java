package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.natives.SmallGemm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x * w^T + b} for a batch, on row-major memory: x {@code [batch, in]}, w {@code [out,
 * in]}, y {@code [batch, out]}.
 *
 * <p>Uses OpenBLAS for small products, for which it has special kernels, and oneDNN for larger
 * ones. With large products oneDNN was up to 2.4 times as fast.
 */
public final class Linear implements Kernel {
  /** Number of multiplications up to which OpenBLAS uses its small-matrix kernels. */
  private static final long MAX_SMALL_GEMM = 1_000_000;

  /**
   * Number of multiplications above which oneDNN is worth its call overhead, if OpenBLAS lacks
   * small-matrix kernels.
   */
  private static final long MAX_PLAIN_GEMM = 350_000;

  private final int batch;
  private final int in;
  private final int out;
  private final @Nullable Signal bias;
  private final Signal output;
  private final LinearProducts products;
  private final float[] row;
  private final float[] biases;

  public Linear(
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
    this.bias = bias;
    this.output = output;
    row = new float[out];
    biases = new float[out];
    long maxOpenBlas = SmallGemm.IS_FAST ? MAX_SMALL_GEMM : MAX_PLAIN_GEMM;
    products =
        batch > 1 && (long) batch * in * out > maxOpenBlas
            ? new OneDnnProducts(batch, in, out, input, weight, output)
            : new OpenBlasProducts(batch, in, out, input, weight, output);
  }

  @Override
  public void forward() {
    products.forward();
    if (bias != null) {
      bias.values().read(0, biases, out);
      for (int i = 0; i < batch; i++) {
        output.values().read(i * out, row, out);
        add(biases, row);
        output.values().write(i * out, row, out);
      }
    }
  }

  @Override
  public void backward() {
    products.weightGradient();
    if (bias != null) {
      biasGradient(output.requiredGradient(), bias.requiredGradient());
    }
    products.inputGradient();
  }

  private void biasGradient(Floats dy, Floats db) {
    Arrays.fill(biases, 0);
    for (int i = 0; i < batch; i++) {
      dy.read(i * out, row, out);
      add(row, biases);
    }
    db.write(0, biases, out);
  }

  private static void add(float[] summands, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += summands[i];
    }
  }

  @Override
  public String describe() {
    return "linear " + in + " to " + out + ": " + products.describe();
  }
}
