package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;

/** The targets of a batch: class numbers or values. */
public final class Targets {
  private final int perSample;
  private final int outputs;
  private final boolean classes;
  private final int[] labels;
  private final float[] values;

  /**
   * @param perSample labels per sample
   * @param outputs values per prediction: the number of classes, if targets are classes
   * @param classes whether targets are class numbers rather than values
   */
  public Targets(int batch, int perSample, int outputs, boolean classes) {
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
  public void read(TensorBatch batch) {
    int sample = 0;
    for (int i = 0; i < batch.slices(); i++) {
      TensorBatch.Slice slice = batch.slice(i);
      if (classes) {
        readClasses(slice, sample);
      } else {
        readValues(slice, sample);
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

  private void readClasses(TensorBatch.Slice slice, int sample) {
    ByteBuffer from = slice.labels();
    int begin = from.position();
    for (int i = 0; i < slice.count() * perSample; i++) {
      int at = slice.first() * perSample + i;
      long label =
          switch (slice.labelType()) {
            case INT32 -> from.getInt(begin + at * Integer.BYTES);
            case INT64 -> from.getLong(begin + at * Long.BYTES);
            case UINT8 -> Byte.toUnsignedInt(from.get(begin + at));
            case FLOAT16, BFLOAT16, FLOAT32 -> throw wrongType(slice.labelType(), "class numbers");
          };
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
      throw wrongType(slice.labelType(), "FLOAT32 values");
    }
    ByteBuffer from = slice.labels();
    int begin = from.position() + slice.first() * outputs * Float.BYTES;
    for (int i = 0; i < slice.count() * outputs; i++) {
      values[sample * outputs + i] = from.getFloat(begin + i * Float.BYTES);
    }
  }

  private static IllegalArgumentException wrongType(ElementType given, String needed) {
    return new IllegalArgumentException("the loss takes " + needed + ", got labels of " + given);
  }
}
