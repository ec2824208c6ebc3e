package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;

/** The targets of a batch: class numbers or values, and the weights of its samples. */
public final class Targets {
  private final int perSample;
  private final int outputs;
  private final boolean classes;
  private final int[] labels;
  private final float[] values;
  private final int batch;
  // Empty until a batch is weighted.
  private float[] weights = {};
  private boolean weighted;

  /**
   * @param perSample labels per sample
   * @param outputs values per prediction: the number of classes, if targets are classes
   * @param classes whether targets are class numbers rather than values
   */
  public Targets(int batch, int perSample, int outputs, boolean classes) {
    this.batch = batch;
    this.perSample = perSample;
    this.outputs = outputs;
    this.classes = classes;
    int all = Math.multiplyExact(batch, perSample);
    labels = new int[classes ? all : 0];
    values = new float[classes ? 0 : all];
  }

  /**
   * Reads the targets of a batch.
   *
   * @throws IllegalArgumentException if a class number is out of range or the type is wrong
   */
  public void read(TensorBatch from) {
    weighted = from.isWeighted();
    if (weighted && weights.length == 0) {
      weights = new float[batch];
    }
    int sample = 0;
    for (int i = 0; i < from.slices(); i++) {
      TensorBatch.Slice slice = from.slice(i);
      if (classes) {
        readClasses(slice, sample);
      } else {
        readValues(slice, sample);
      }
      for (int k = 0; weighted && k < slice.count(); k++) {
        weights[sample + k] = slice.weight(k);
      }
      sample += slice.count();
    }
  }

  /** Returns a label by its index in the batch; the labels of a sample are adjacent. */
  int label(int number) {
    return labels[number];
  }

  float value(int sample, int output) {
    return values[sample * outputs + output];
  }

  /** Returns the weight of a sample; 1 if the batch is not weighted. */
  float weight(int sample) {
    return weighted ? weights[sample] : 1;
  }

  private void readClasses(TensorBatch.Slice slice, int sample) {
    for (int i = 0; i < slice.count() * perSample; i++) {
      int at = slice.first() * perSample + i;
      long label = slice.label(at);
      if (label < 0 || label >= outputs) {
        throw new IllegalArgumentException(
            "label "
                + label
                + " of sample "
                + at / perSample
                + " is out of range; classes are 0 to "
                + (outputs - 1));
      }
      labels[sample * perSample + i] = (int) label;
    }
  }

  private void readValues(TensorBatch.Slice slice, int sample) {
    if (slice.labelType() != ElementType.FLOAT32) {
      throw new IllegalArgumentException(
          "the loss takes FLOAT32 values, got labels of " + slice.labelType());
    }
    ByteBuffer from = slice.labels();
    int begin = from.position() + slice.first() * outputs * Float.BYTES;
    for (int i = 0; i < slice.count() * outputs; i++) {
      values[sample * outputs + i] = from.getFloat(begin + i * Float.BYTES);
    }
  }
}
