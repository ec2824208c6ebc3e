package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.ConfusionCounts;
import dev.tidemill.engine.dl4j.kernel.Exponential;
import dev.tidemill.engine.dl4j.kernel.RowSums;
import dev.tidemill.engine.dl4j.kernel.Signal;

/**
 * {@code torch.nn.CrossEntropyLoss}: the negative log softmax of the labeled class. The loss of a
 * sample with several labels is the mean over its labels.
 */
public final class CrossEntropy extends Loss {
  private static final int NONE = -1;

  private final int rows;
  private final int labels;
  private final int classes;
  private final Signal logits;
  private final ClassTargets classTargets;
  private final float[] row;
  // An index of the confusion counts for each row; empty if nothing is counted.
  private final int[] cells;
  private int counted;
  private final Exponential exponential;

  /**
   * @param labels labels per sample, each with a row of logits
   * @param classTargets label smoothing and class weights
   */
  public CrossEntropy(
      int batch, int labels, int classes, Signal logits, ClassTargets classTargets) {
    rows = batch * labels;
    this.labels = labels;
    this.classes = classes;
    this.logits = logits;
    this.classTargets = classTargets;
    row = new float[classes];
    cells = new int[ConfusionCounts.counted(classes) > 0 ? rows : 0];
    exponential = new Exponential(classes);
  }

  @Override
  public void evaluate(Targets targets) {
    run(targets, false, 1);
  }

  @Override
  public void differentiate(Targets targets, double total) {
    run(targets, true, total * labels);
  }

  @Override
  public void addTo(Comparison comparison) {
    comparison.addCells(cells, counted);
  }

  @Override
  public void toPrediction(float[] outputs) {
    exponentiate(outputs, RowSums.max(outputs, 0, classes));
    scale(outputs, 1 / RowSums.sum(outputs, 0, classes));
  }

  private void run(Targets targets, boolean withGradient, double total) {
    double lossSum = 0;
    long correct = 0;
    counted = 0;
    for (int i = 0; i < rows; i++) {
      logits.values().read(i * classes, row, classes);
      int label = targets.label(i);
      float largest = RowSums.max(row, 0, classes);
      float gap = largest - row[label];
      int predicted = gap == 0 || cells.length > 0 ? first(largest) : NONE;
      if (predicted == label) {
        correct++;
      }
      if (predicted != NONE && cells.length > 0) {
        cells[counted++] = label * classes + predicted;
      }
      double others = classTargets.smoothedLoss(row, largest);
      exponentiate(row, largest);
      float sum = RowSums.sum(row, 0, classes);
      double log = Math.log(sum);
      double ofSample = targets.weight(i / labels);
      double ofLabel = ofSample * classTargets.ofLabel(label);
      double ofAll = ofSample * classTargets.ofAll();
      lossSum += ofLabel * (log + gap) + ofAll * log + ofSample * others;
      if (withGradient) {
        scale(row, (float) ((ofLabel + ofAll) / total) / sum);
        row[label] -= (float) (ofLabel / total);
        classTargets.subtractSmoothed(row, ofSample / total);
        logits.requiredGradient().write(i * classes, row, classes);
      }
    }
    set(lossSum / labels, correct);
  }

  /** Returns the first class with the largest logit, as argmax does; none if that is NaN. */
  private int first(float largest) {
    for (int k = 0; k < classes; k++) {
      if (row[k] == largest) {
        return k;
      }
    }
    return NONE;
  }

  private void exponentiate(float[] values, float largest) {
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
