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
  // Moved from moment to moment, so that none is made in a step.
  private final FloatPointer gates;
  private final FloatPointer shown;
  private final @Nullable FloatPointer gateGradients;
  private final FloatPointer wanted;
  // The weight with rows and columns changed: OpenBLAS multiplies small matrices faster by that.
  private final Floats turned;
  private final float[] plain;
  private final float[] row;

  /**
   * @param gates {@code [length, batch, 4 * hidden]}
   * @param weight {@code [4 * hidden, hidden]}
   * @param output {@code [length, batch]} rows
   * @param wanted takes the gradient that {@link #differentiate} finds
   */
  LstmProducts(
      LstmShape shape,
      Signal gates,
      Signal weight,
      Columns output,
      Floats wanted,
      Workspace workspace) {
    this.shape = shape;
    this.weight = weight;
    this.output = output;
    this.wanted = wanted.pointer();
    this.gates = gates.values().pointer().getPointer(0);
    shown = output.rows().values().pointer().getPointer(0);
    Floats gradient = gates.gradient();
    gateGradients = gradient == null ? null : gradient.pointer().getPointer(0);
    int turnedLength = shape.batch() == 1 ? 0 : weight.values().length();
    turned = workspace.scratch(turnedLength);
    plain = new float[turnedLength];
    row = new float[shape.gates()];
  }

  /** Loads the weight as it is now. */
  void load() {
    weight.values().read(0, plain, plain.length);
    int hidden = shape.hidden();
    for (int k = 0; k < hidden && plain.length > 0; k++) {
      for (int gate = 0; gate < row.length; gate++) {
        row[gate] = plain[gate * hidden + k];
      }
      turned.write(k * row.length, row, row.length);
    }
  }

  /** Adds to a moment's gates what follows from what was shown a step before. */
  void add(int moment, int before) {
    int all = shape.gates();
    int hidden = shape.hidden();
    FloatPointer z = gates.position((long) moment * shape.batch() * all);
    FloatPointer h = shown.position(output.at(before * shape.batch()));
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
          turned.pointer(),
          all,
          1,
          z,
          all);
    }
  }

  /** What the gradients of a moment's gates ask of what was shown a step before. */
  void differentiate(int moment) {
    int all = shape.gates();
    int hidden = shape.hidden();
    FloatPointer w = weight.values().pointer();
    FloatPointer dz = gradientsAt((long) moment * shape.batch() * all);
    if (shape.batch() == 1) {
      cblas_sgemv(CblasRowMajor, CblasTrans, all, hidden, 1, w, hidden, dz, 1, 0, wanted, 1);
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
          wanted,
          hidden);
    }
  }

  /** The weight's gradient: one product over all steps but the first, which follows upon none. */
  void weightGradient() {
    int all = shape.gates();
    int hidden = shape.hidden();
    int batch = shape.batch();
    Floats dw = weight.requiredGradient();
    // In the order of time, what follows upon what is one row of samples further, or back.
    FloatPointer dz = gradientsAt(shape.reverse() ? 0 : (long) batch * all);
    FloatPointer h = shown.position(output.at(shape.reverse() ? batch : 0));
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
      throw new IllegalStateException("a gradient is asked for where none was planned");
    }
    return gateGradients.position(first);
  }
}
