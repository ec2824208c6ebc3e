package dev.tidemill.engine.dl4j.sequence;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import dev.tidemill.engine.dl4j.kernel.Signal;
import dev.tidemill.engine.dl4j.memory.Floats;
import dev.tidemill.engine.dl4j.memory.Workspace;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** The matrix products of {@link LstmSteps}, by OpenBLAS. */
final class LstmProducts {
  private final LstmShape shape;
  private final Signal weight;
  private final Columns output;
  // These pointers move between time steps, so a step creates none.
  private final FloatPointer gates;
  private final FloatPointer hiddenStates;
  private final @Nullable FloatPointer gateGradients;
  private final FloatPointer hiddenGradient;
  // The transposed weight: OpenBLAS multiplies small matrices faster with it.
  private final Floats transposed;
  private final float[] weightArray;
  private final float[] transposedRow;

  /**
   * @param gates {@code [length, batch, 4 * hidden]}
   * @param weight {@code [4 * hidden, hidden]}
   * @param output {@code [length, batch]} rows
   * @param hiddenGradient memory for the result of {@link #differentiate}
   */
  LstmProducts(
      LstmShape shape,
      Signal gates,
      Signal weight,
      Columns output,
      Floats hiddenGradient,
      Workspace workspace) {
    this.shape = shape;
    this.weight = weight;
    this.output = output;
    this.hiddenGradient = hiddenGradient.pointer();
    this.gates = gates.values().pointer().getPointer(0);
    hiddenStates = output.rows().values().pointer().getPointer(0);
    Floats gradient = gates.gradient();
    gateGradients = gradient == null ? null : gradient.pointer().getPointer(0);
    int transposedLength = shape.batch() == 1 ? 0 : weight.values().length();
    transposed = workspace.scratch(transposedLength);
    weightArray = new float[transposedLength];
    transposedRow = new float[shape.gates()];
  }

  /** Loads the current weight. */
  void loadWeight() {
    weight.values().read(0, weightArray, weightArray.length);
    int hidden = shape.hidden();
    for (int k = 0; k < hidden && weightArray.length > 0; k++) {
      for (int gate = 0; gate < transposedRow.length; gate++) {
        transposedRow[gate] = weightArray[gate * hidden + k];
      }
      transposed.write(k * transposedRow.length, transposedRow, transposedRow.length);
    }
  }

  /** Adds the recurrent product of the previous hidden state to the gates of a time step. */
  void add(int timeStep, int previousTimeStep) {
    int all = shape.gates();
    int hidden = shape.hidden();
    FloatPointer z = gates.position((long) timeStep * shape.batch() * all);
    FloatPointer h = hiddenStates.position(output.offset(previousTimeStep * shape.batch()));
    if (shape.batch() == 1) {
      FloatPointer w = weight.values().pointer();
      cblas_sgemv(CblasRowMajor, CblasNoTrans, all, hidden, 1, w, hidden, h, 1, 1, z, 1);
    } else {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasNoTrans,
          shape.batch(),
          all,
          hidden,
          1,
          h,
          output.width(),
          transposed.pointer(),
          all,
          1,
          z,
          all);
    }
  }

  /** Computes the gradient of the previous hidden state from the gate gradients of a time step. */
  void differentiate(int timeStep) {
    int all = shape.gates();
    int hidden = shape.hidden();
    FloatPointer w = weight.values().pointer();
    FloatPointer dz = gradientsAt((long) timeStep * shape.batch() * all);
    if (shape.batch() == 1) {
      cblas_sgemv(
          CblasRowMajor, CblasTrans, all, hidden, 1, w, hidden, dz, 1, 0, hiddenGradient, 1);
    } else {
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasNoTrans,
          shape.batch(),
          hidden,
          all,
          1,
          dz,
          all,
          w,
          hidden,
          0,
          hiddenGradient,
          hidden);
    }
  }

  /**
   * Computes the weight's gradient as one product over all steps except the first, which has no
   * previous hidden state.
   */
  void weightGradient() {
    int all = shape.gates();
    int hidden = shape.hidden();
    int batch = shape.batch();
    Floats dw = weight.requiredGradient();
    // In time-major order, a step and its previous step are one batch of rows apart.
    FloatPointer dz = gradientsAt(shape.reverse() ? 0 : (long) batch * all);
    FloatPointer h = hiddenStates.position(output.offset(shape.reverse() ? batch : 0));
    int rows = (shape.length() - 1) * batch;
    if (rows == 0) {
      dw.pointer().zero();
      return;
    }
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        all,
        hidden,
        rows,
        1,
        dz,
        all,
        h,
        output.width(),
        0,
        dw.pointer(),
        hidden);
  }

  private FloatPointer gradientsAt(long first) {
    if (gateGradients == null) {
      throw new IllegalStateException("the LSTM has no gradients; its plan is for inference only");
    }
    return gateGradients.position(first);
  }
}
