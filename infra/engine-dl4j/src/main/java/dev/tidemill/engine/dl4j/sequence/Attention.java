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
 * What each position takes from the others (Vaswani et al., 2017), head by head: {@code softmax(q *
 * k^T / sqrt(width)) * v}, with dropout of the weights. Products are OpenBLAS's.
 */
public final class Attention implements Kernel {
  private final AttentionShape shape;
  private final Floats weights;
  // One head's: weights of which some are dropped, or their gradients.
  private final Floats square;
  private final FloatPointer weightsAt;
  private final HeadCursor values;
  private final @Nullable HeadCursor gradients;
  private final Softmax softmax;
  private final @Nullable DropoutMask mask;
  private final float[] tile = new float[Floats.TILE];
  private final float scale;

  /**
   * @param input {@code [batch, length, 3 * features]}: queries, keys, values
   * @param mask null for no dropout
   */
  public Attention(
      AttentionShape shape,
      Signal input,
      Signal output,
      @Nullable DropoutMask mask,
      Workspace workspace) {
    this.shape = shape;
    this.mask = mask;
    weights = workspace.scratch((long) shape.batch() * shape.heads() * shape.weights());
    square = workspace.scratch(shape.weights());
    weightsAt = weights.pointer().getPointer(0);
    values = new HeadCursor(shape, input.values(), output.values());
    Floats dx = input.gradient();
    Floats dy = output.gradient();
    gradients = dx == null || dy == null ? null : new HeadCursor(shape, dx, dy);
    softmax = new Softmax(shape.length(), shape.causal());
    scale = (float) (1 / Math.sqrt(shape.width()));
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
      FloatPointer taken = weightsAt.position((long) i * shape.weights());
      multiply(
          false,
          true,
          n,
          n,
          shape.width(),
          scale,
          values.queries(),
          values.stride(),
          values.keys(),
          values.stride(),
          taken,
          n);
      softmax.forward(weights, i * shape.weights());
      if (drop) {
        drop(weights, i * shape.weights(), i);
        taken = square.pointer();
      }
      multiply(
          false,
          false,
          n,
          shape.width(),
          n,
          1,
          taken,
          n,
          values.values(),
          values.stride(),
          values.given(),
          shape.features());
    }
  }

  @Override
  public void backward() {
    HeadCursor d = gradients;
    if (d == null) {
      throw new IllegalStateException("a gradient is asked for where none was planned");
    }
    int n = shape.length();
    int width = shape.width();
    int stride = values.stride();
    for (int i = 0; i < shape.batch() * shape.heads(); i++) {
      values.moveTo(i / shape.heads(), i % shape.heads());
      d.moveTo(i / shape.heads(), i % shape.heads());
      FloatPointer taken = weightsAt.position((long) i * shape.weights());
      if (mask != null) {
        drop(weights, i * shape.weights(), i);
        taken = square.pointer();
      }
      FloatPointer dy = d.given();
      multiply(true, false, n, width, n, 1, taken, n, dy, shape.features(), d.values(), stride);
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
      softmax.backward(weights, i * shape.weights(), square);
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

  /** Into the square, what dropout leaves of one head's weights, or of their gradients. */
  private void drop(Floats from, int at, int head) {
    DropoutMask kept = Objects.requireNonNull(mask);
    long place =
        kept.place(0, (long) shape.heads() * shape.weights()) + (long) head * shape.weights();
    for (int k = 0; k < shape.weights(); k += Floats.TILE) {
      int count = Math.min(Floats.TILE, shape.weights() - k);
      from.read(at + k, tile, count);
      kept.apply(tile, 0, count, place + k);
      square.write(k, tile, count);
    }
  }

  /** {@code c = factor * a * b}, of m rows, n columns and k products each. */
  private static void multiply(
      boolean turnA,
      boolean turnB,
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
        turnA ? CblasTrans : CblasNoTrans,
        turnB ? CblasTrans : CblasNoTrans,
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
