package dev.tidemill.engine.dl4j.loss;

import dev.tidemill.engine.ElementType;
import dev.tidemill.engine.TensorBatch;
import java.nio.ByteBuffer;

/** What the answers to a batch should have been: classes of each sample, or values. */
public final class Targets {
  private final int perSample;
  private final int outputs;
  private final boolean classes;
  private final int[] labels;
  private final float[] values;

  /**
   * @param perSample labels of a sample
   * @param outputs values an answer
   * @param classes whether a target is the number of the right one of them
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
   * Takes the targets of a batch.
   *
   * @throws IllegalArgumentException if one is no class of the network's, or the wrong type
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

  /** The labels of a sample stand one after the other. */
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
            case FLOAT16, BFLOAT16, FLOAT32 -> throw wrong(slice.labelType(), "a class number");
          };
      if (label < 0 || label >= outputs) {
        throw new IllegalArgumentException(
            "label "
                + label
                + " of sample "
                + at / perSample
                + " is none of the "
                + outputs
                + " classes");
      }
      labels[sample * perSample + i] = (int) label;
    }
  }

  private void readValues(TensorBatch.Slice slice, int sample) {
    if (slice.labelType() != ElementType.FLOAT32) {
      throw wrong(slice.labelType(), "FLOAT32 values");
    }
    ByteBuffer from = slice.labels();
    int begin = from.position() + slice.first() * outputs * Float.BYTES;
    for (int i = 0; i < slice.count() * outputs; i++) {
      values[sample * outputs + i] = from.getFloat(begin + i * Float.BYTES);
    }
  }

  private static IllegalArgumentException wrong(ElementType given, String needed) {
    return new IllegalArgumentException("a target is " + given + " where the loss takes " + needed);
  }
}
