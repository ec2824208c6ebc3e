package dev.tidemill.producer;

import dev.tidemill.producer.source.Sample;
import dev.tidemill.producer.source.SampleLabel;
import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a sample's label is written in a record.
 *
 * @param width numbers a sample; 0 where it is one that has no dimension of its own
 * @param elementBytes of each number
 */
record LabelForm(DType dtype, int width, int elementBytes) {

  /** Of a label; a class number's where there is none. */
  static LabelForm of(@Nullable SampleLabel truth) {
    if (truth instanceof SampleLabel.Targets targets) {
      return new LabelForm(DType.FLOAT32, targets.values().size(), Float.BYTES);
    }
    if (truth instanceof SampleLabel.NextBytes next) {
      return new LabelForm(DType.UINT8, next.numbers().remaining(), 1);
    }
    return new LabelForm(DType.INT32, 0, Integer.BYTES);
  }

  /** The labels of samples that all have this form, one after the other. */
  ByteBuffer bytes(List<Sample> samples) {
    ByteBuffer data =
        ByteBuffer.allocate(samples.size() * Math.max(1, width) * elementBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (Sample sample : samples) {
      put(sample.truth(), data);
    }
    return data.flip();
  }

  private static void put(@Nullable SampleLabel truth, ByteBuffer data) {
    if (truth instanceof SampleLabel.ClassNumber label) {
      data.putInt(label.number());
    } else if (truth instanceof SampleLabel.NextBytes next) {
      data.put(next.numbers().duplicate());
    } else if (truth instanceof SampleLabel.Targets targets) {
      targets.values().forEach(data::putFloat);
    }
  }
}
