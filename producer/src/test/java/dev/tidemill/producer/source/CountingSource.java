package dev.tidemill.producer.source;

import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/** Samples that contain their own index as the label and as their only byte. */
public record CountingSource(SourceDescription description) implements IndexedSource {
  public static CountingSource of(long count) {
    return new CountingSource(
        SourceDescription.of("count:" + count, OptionalLong.of(count), List.of(1L)));
  }

  public static CountingSource endless() {
    return new CountingSource(SourceDescription.of("count", OptionalLong.empty(), List.of(1L)));
  }

  @Override
  public Sample at(long index) {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {(byte) index}).asReadOnlyBuffer();
    return new Sample(
        index, DType.UINT8, List.of(1L), data, new SampleLabel.ClassNumber(Math.toIntExact(index)));
  }
}
