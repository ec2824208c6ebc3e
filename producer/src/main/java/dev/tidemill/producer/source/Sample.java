package dev.tidemill.producer.source;

import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample, as it travels.
 *
 * @param place its number in the source, from 0
 * @param shape its sizes, outermost first, without a batch dimension
 * @param data row-major, little-endian; not changed after it was handed out
 * @param truth its label; null where it is not known
 */
public record Sample(
    long place, DType dtype, List<Long> shape, ByteBuffer data, @Nullable SampleLabel truth) {

  public Sample withPlace(long other) {
    return other == place ? this : new Sample(other, dtype, shape, data, truth);
  }
}
