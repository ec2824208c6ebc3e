package dev.tidemill.engine.dl4j.sequence;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import dev.tidemill.engine.dl4j.kernel.DropoutMask;
import dev.tidemill.engine.dl4j.kernel.Kernel;
import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.kernel.TrainingPass;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention (Vaswani et al., 2017): {@code softmax(q * k^T / sqrt(width)) * v},
 * with dropout of the attention weights. It computes one head at a time, with OpenBLAS products.
 */
public final class Attention implements Kernel {
  private final AttentionShape shape;
  private final Floats weights;
  // Weights of one head after dropout, or their gradients.
  private final Floats square;
  private final FloatPointer headWeights;
  private final HeadCursor values;
  private final @Nullable HeadCursor gradients;
  private final Softmax softmax;
  private final @Nullable DropoutMask mask;
  private final float[] tile = new float[Floats.TILE];
  private final float scale;

  /**
   * @param input {@code [batch, length, 3 * features]}: queries, keys, values
   * @param mask mask of the attention weights; null for no dropout
   */
  public Attention(
      AttentionShape shape,
      Signal input,
      Signal output,
      @Nullable DropoutMask mask,
      Workspace workspace) {
    this.shape = shape;
    this.mask = mask;
    weights = workspace.scratch((long) shape.batch() * shape.heads() * shape.weightsPerHead());
    square = workspace.scratch(shape.weightsPerHead());
    headWeights = weights.pointer().getPointer(0);
    values = new HeadCursor(shape, input.values(), output.values());
    Floats dx = input.gradient();
    Floats dy = output.gradient();
    gradients = dx == null || dy == null ? null : new HeadCursor(shape, dx, dy);
    softmax = new Softmax(shape.length(), shape.causal());
    scale = (float) (1 / Math.sqrt(shape.headWidth()));
  }

  @Override
  public void forward() {
    forward(false);
  }

  @Override
  public void forwardTraining(TrainingPass pass) {
    if (mask != null) {
      mask.begin(pass);
    }
    forward(mask != null);
  }

  private void forward(boolean drop) {
    int n = shape.length();
    for (int i = 0; i < shape.batch() * shape.heads(); i++) {
      values.moveTo(i / shape.heads(), i % shape.heads());
      FloatPointer usedWeights = headWeights.position((long) i * shape.weightsPerHead());
      multiply(
          false,
          true,
          n,
          n,
          shape.headWidth(),
          scale,
          values.queries(),
          values.stride(),
          values.keys(),
          values.stride(),
          usedWeights,
          n);
      softmax.forward(weights, i * shape.weightsPerHead());
      if (drop) {
        drop(weights, i * shape.weightsPerHead(), i);
        usedWeights = square.pointer();
      }
      multiply(
          false,
          false,
          n,
          shape.headWidth(),
          n,
          1,
          usedWeights,
          n,
          values.values(),
          values.stride(),
          values.output(),
          shape.features());
    }
  }

  @Override
  public void backward() {
    HeadCursor d = gradients;
    if (d == null) {
      throw new IllegalStateException("attention has no gradients; its plan is for inference only");
    }
    int n = shape.length();
    int width = shape.headWidth();
    int stride = values.stride();
    for (int i = 0; i < shape.batch() * shape.heads(); i++) {
      values.moveTo(i / shape.heads(), i % shape.heads());
      d.moveTo(i / shape.heads(), i % shape.heads());
      FloatPointer usedWeights = headWeights.position((long) i * shape.weightsPerHead());
      if (mask != null) {
        drop(weights, i * shape.weightsPerHead(), i);
        usedWeights = square.pointer();
      }
      FloatPointer dy = d.output();
      multiply(
          true, false, n, width, n, 1, usedWeights, n, dy, shape.features(), d.values(), stride);
      multiply(
          false,
          true,
          n,
          n,
          width,
          1,
          dy,
          shape.features(),
          values.values(),
          stride,
          square.pointer(),
          n);
      if (mask != null) {
        drop(square, 0, i);
      }
      softmax.backward(weights, i * shape.weightsPerHead(), square);
      multiply(
          false,
          false,
          n,
          width,
          n,
          scale,
          square.pointer(),
          n,
          values.keys(),
          stride,
          d.queries(),
          stride);
      multiply(
          true,
          false,
          n,
          width,
          n,
          scale,
          square.pointer(),
          n,
          values.queries(),
          stride,
          d.keys(),
          stride);
    }
  }

  /**
   * Applies dropout to one head's weights, or to their gradients; writes the result to {@code
   * square}.
   */
  private void drop(Floats from, int at, int head) {
    DropoutMask dropoutMask = Objects.requireNonNull(mask);
    long index =
        dropoutMask.indexOf(0, (long) shape.heads() * shape.weightsPerHead())
            + (long) head * shape.weightsPerHead();
    for (int k = 0; k < shape.weightsPerHead(); k += Floats.TILE) {
      int count = Math.min(Floats.TILE, shape.weightsPerHead() - k);
      from.read(at + k, tile, count);
      dropoutMask.apply(tile, 0, count, index + k);
      square.write(k, tile, count);
    }
  }

  /** Computes {@code c = factor * a * b}, where c has m rows and n columns of k products each. */
  private static void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float factor,
      FloatPointer a,
      int strideA,
      FloatPointer b,
      int strideB,
      FloatPointer c,
      int strideC) {
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        m,
        n,
        k,
        factor,
        a,
        strideA,
        b,
        strideB,
        0,
        c,
        strideC);
  }

  @Override
  public String describe() {
    return "attention of "
        + shape.heads()
        + " heads"
        + (shape.causal() ? ", causal" : "")
        + ", "
        + shape.length()
        + " positions: gemm a head, own loops";
  }
}
