package dev.tidemill.producer.source;

import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample of a source.
 *
 * @param index the sample's number in the source, from 0
 * @param shape the sizes, outermost first, without a batch dimension
 * @param data row-major, little-endian; never modified
 * @param label the expected answer; null if it is unknown
 */
public record Sample(
    long index, DType dtype, List<Long> shape, ByteBuffer data, @Nullable SampleLabel label) {

  public Sample withIndex(long other) {
    return other == index ? this : new Sample(other, dtype, shape, data, label);
  }
}
