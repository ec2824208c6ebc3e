package dev.tidemill.producer.source;

import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/** Samples that say their own place, in the label and in the one byte of data. */
public record CountingSource(SourceDescription description) implements IndexedSource {
  public static CountingSource of(long count) {
    return new CountingSource(
        SourceDescription.of("count:" + count, OptionalLong.of(count), List.of(1L)));
  }

  public static CountingSource endless() {
    return new CountingSource(SourceDescription.of("count", OptionalLong.empty(), List.of(1L)));
  }

  @Override
  public Sample at(long place) {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {(byte) place}).asReadOnlyBuffer();
    return new Sample(
        place, DType.UINT8, List.of(1L), data, new SampleLabel.ClassNumber(Math.toIntExact(place)));
  }
}
