package dev.tidemill.engine.dl4j.kernel;

import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.natives.NativeOperation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Multiplies with libnd4j's {@code matmul}, which uses oneDNN if the classifier includes it. */
final class OneDnnProducts implements LinearProducts {
  private final NativeOperation forward;
  private final @Nullable NativeOperation weightGradient;
  private final @Nullable NativeOperation inputGradient;

  OneDnnProducts(int batch, int in, int out, Signal input, Signal weight, Signal output) {
    INDArray x = input.values().array(batch, in);
    INDArray w = weight.values().array(out, in);
    forward = product(x, w, false, true, output.values().array(batch, out));
    Floats dw = weight.gradient();
    Floats dx = input.gradient();
    INDArray dy = dw == null ? x : output.requiredGradient().array(batch, out);
    weightGradient = dw == null ? null : product(dy, x, true, false, dw.array(out, in));
    inputGradient =
        dw == null || dx == null ? null : product(dy, w, false, false, dx.array(batch, in));
  }

  private static NativeOperation product(
      INDArray a, INDArray b, boolean transposeA, boolean transposeB, INDArray into) {
    long[] arguments = {transposeA ? 1 : 0, transposeB ? 1 : 0, 0};
    return new NativeOperation("matmul", arguments, List.of(a, b), List.of(into));
  }

  @Override
  public void forward() {
    forward.run();
  }

  @Override
  public void weightGradient() {
    if (weightGradient != null) {
      weightGradient.run();
    }
  }

  @Override
  public void inputGradient() {
    if (inputGradient != null) {
      inputGradient.run();
    }
  }

  @Override
  public String describe() {
    return "oneDNN";
  }
}
