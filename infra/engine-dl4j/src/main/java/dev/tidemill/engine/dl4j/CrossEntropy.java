package dev.tidemill.engine.dl4j;

/** The negative logarithm of the labelled class's softmax; in doubles within a sample. */
final class CrossEntropy extends Loss {
  private final int batch;
  private final int classes;
  private final Signal logits;
  private final float[] row;
  private final double[] powers;

  CrossEntropy(int batch, int classes, Signal logits) {
    this.batch = batch;
    this.classes = classes;
    this.logits = logits;
    row = new float[classes];
    powers = new double[classes];
  }

  @Override
  void measure(Targets targets) {
    run(targets, false, 1);
  }

  @Override
  void differentiate(Targets targets, double total) {
    run(targets, true, total);
  }

  @Override
  void answer(float[] outputs) {
    int best = largest(outputs);
    double sum = exponentiate(outputs, outputs[best]);
    for (int k = 0; k < classes; k++) {
      outputs[k] = (float) (powers[k] / sum);
    }
  }

  private void run(Targets targets, boolean learn, double total) {
    double lossSum = 0;
    long correct = 0;
    for (int i = 0; i < batch; i++) {
      logits.values().read(i * classes, row, classes);
      int label = targets.label(i);
      int best = largest(row);
      double sum = exponentiate(row, row[best]);
      lossSum += Math.log(sum) - (row[label] - row[best]);
      if (best == label) {
        correct++;
      }
      if (learn) {
        for (int k = 0; k < classes; k++) {
          row[k] = (float) ((powers[k] / sum - (k == label ? 1 : 0)) / total);
        }
        logits.requiredGradient().write(i * classes, row, classes);
      }
    }
    set(lossSum, correct);
  }

  private double exponentiate(float[] values, float largest) {
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      powers[k] = Math.exp(values[k] - largest);
      sum += powers[k];
    }
    return sum;
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int k = 1; k < values.length; k++) {
      if (values[k] > values[best]) {
        best = k;
      }
    }
    return best;
  }
}
