package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.dl4j.kernel.Exponential;
import dev.tidemill.engine.dl4j.kernel.RowSums;
import dev.tidemill.engine.dl4j.kernel.Signal;

/**
 * The negative logarithm of the labelled class's softmax; of a sample with several labels, the mean
 * over them.
 */
public final class CrossEntropy extends Loss {
  private final int rows;
  private final int labels;
  private final int classes;
  private final Signal logits;
  private final float[] row;
  private final Exponential exponential;

  /**
   * @param labels a sample, each with a row of logits
   */
  public CrossEntropy(int batch, int labels, int classes, Signal logits) {
    rows = batch * labels;
    this.labels = labels;
    this.classes = classes;
    this.logits = logits;
    row = new float[classes];
    exponential = new Exponential(classes);
  }

  @Override
  public void measure(Targets targets) {
    run(targets, false, 1);
  }

  @Override
  public void differentiate(Targets targets, double total) {
    run(targets, true, total * labels);
  }

  @Override
  public void answer(float[] outputs) {
    raise(outputs, RowSums.largest(outputs, 0, classes));
    scale(outputs, 1 / RowSums.sum(outputs, 0, classes));
  }

  private void run(Targets targets, boolean learn, double total) {
    double lossSum = 0;
    long correct = 0;
    for (int i = 0; i < rows; i++) {
      logits.values().read(i * classes, row, classes);
      int label = targets.label(i);
      float largest = RowSums.largest(row, 0, classes);
      float behind = largest - row[label];
      if (behind == 0 && isFirst(label, largest)) {
        correct++;
      }
      raise(row, largest);
      float sum = RowSums.sum(row, 0, classes);
      lossSum += Math.log(sum) + behind;
      if (learn) {
        float share = (float) (1 / total);
        scale(row, share / sum);
        row[label] -= share;
        logits.requiredGradient().write(i * classes, row, classes);
      }
    }
    set(lossSum / labels, correct);
  }

  /** Of classes that are equally probable, the first one is taken. */
  private boolean isFirst(int label, float largest) {
    for (int k = 0; k < label; k++) {
      if (row[k] == largest) {
        return false;
      }
    }
    return true;
  }

  private void raise(float[] values, float largest) {
    for (int k = 0; k < values.length; k++) {
      values[k] -= largest;
    }
    exponential.apply(values, values.length);
  }

  private static void scale(float[] values, float factor) {
    for (int k = 0; k < values.length; k++) {
      values[k] *= factor;
    }
  }
}
