package dev.tidemill.engine;

import java.util.List;

/**
 * The weights by which a loss is averaged. A label weighs its sample's weight times the weight of
 * its class. The loss of a step is the weighted sum over its labels, divided by the sum of their
 * weights, over all micro-batches and shards. Immutable.
 */
public final class LossWeights {
  /** The smallest weight of a sample. */
  public static final float MIN_OF_SAMPLE = 1e-6f;

  /**
   * The largest weight of a sample. Engines sum and divide in FLOAT32, where weights beyond this
   * range would become 0 or infinite.
   */
  public static final float MAX_OF_SAMPLE = 1e6f;

  private final int labels;
  private final float[] ofClass;

  /**
   * @throws InvalidSpecException if the spec's class weights are {@code balanced}; replace them by
   *     numbers first ({@link LossSpec#balancedBy})
   */
  public LossWeights(Network network) {
    labels = network.labelsPerSample();
    List<Double> weights = network.spec().loss().balancedBy().classWeights();
    ofClass = new float[weights.size()];
    for (int i = 0; i < ofClass.length; i++) {
      ofClass[i] = weights.get(i).floatValue();
    }
  }

  /** Returns the weight of each class; empty if classes weigh the same. */
  public float[] ofClasses() {
    return ofClass.clone();
  }

  /**
   * Returns the sum of the samples' weights: the number of samples, if nothing is weighted. The
   * weight of a sample is its own, times the mean weight of its labels' classes.
   *
   * @throws IllegalArgumentException if classes have weights, and a label is out of range or no
   *     class number
   */
  public double sum(TensorBatch batch) {
    if (ofClass.length == 0 && !batch.isWeighted()) {
      return batch.size();
    }
    double sum = 0;
    for (int s = 0; s < batch.slices(); s++) {
      TensorBatch.Slice slice = batch.slice(s);
      for (int i = 0; i < slice.count(); i++) {
        sum += slice.weight(i) * meanOfClasses(slice, slice.first() + i);
      }
    }
    return sum;
  }

  private double meanOfClasses(TensorBatch.Slice slice, int sample) {
    if (ofClass.length == 0) {
      return 1;
    }
    double sum = 0;
    for (int at = sample * labels; at < (sample + 1) * labels; at++) {
      long label = slice.label(at);
      if (label < 0 || label >= ofClass.length) {
        throw new IllegalArgumentException(
            "label "
                + label
                + " of sample "
                + sample
                + " is out of range; classes are 0 to "
                + (ofClass.length - 1));
      }
      sum += ofClass[(int) label];
    }
    return sum / labels;
  }
}
