package dev.tidemill.producer;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The encoding of labels in a batch record.
 *
 * @param width numbers per label; 0 for a scalar label, which adds no dimension
 * @param elementBytes bytes per number
 */
record LabelForm(DType dtype, int width, int elementBytes) {

  /** Returns the form of a label; a missing label has the form of a class number. */
  static LabelForm of(@Nullable SampleLabel label) {
    if (label instanceof SampleLabel.Targets targets) {
      return new LabelForm(DType.FLOAT32, targets.values().size(), Float.BYTES);
    }
    if (label instanceof SampleLabel.NextBytes next) {
      return new LabelForm(DType.UINT8, next.numbers().remaining(), 1);
    }
    return new LabelForm(DType.INT32, 0, Integer.BYTES);
  }

  /** Encodes the labels of samples that all have this form, in order. */
  ByteBuffer bytes(List<Sample> samples) {
    ByteBuffer data =
        ByteBuffer.allocate(samples.size() * Math.max(1, width) * elementBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Sample sample : samples) {
      put(sample.label(), data);
    }
    return data.flip();
  }

  private static void put(@Nullable SampleLabel label, ByteBuffer data) {
    if (label instanceof SampleLabel.ClassNumber classNumber) {
      data.putInt(classNumber.number());
    } else if (label instanceof SampleLabel.NextBytes next) {
      data.put(next.numbers().duplicate());
    } else if (label instanceof SampleLabel.Targets targets) {
      targets.values().forEach(data::putFloat);
    }
  }
}
