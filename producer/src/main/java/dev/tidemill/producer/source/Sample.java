package dev.tidemill.producer.source;

import dev.tidemill.schemas.DType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample of a source: as the source has it, or as {@link SampleConformer} prepared it.
 *
 * @param index the sample's number in the source, from 0
 * @param shape the sizes, outermost first, without a batch dimension
 * @param data row-major, little-endian; never modified; empty if the sample is named values
 * @param label the expected answer; null if it is unknown
 * @param values the raw values of a table's row; null if the sample is a tensor
 */
public record Sample(
    long index,
    DType dtype,
    List<Long> shape,
    ByteBuffer data,
    @Nullable SampleLabel label,
    @Nullable NamedValues values,
    SampleOrigin origin) {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Creates a sample that is a tensor. */
  public Sample(
      long index, DType dtype, List<Long> shape, ByteBuffer data, @Nullable SampleLabel label) {
    this(index, dtype, shape, data, label, null, SampleOrigin.NONE);
  }

  /** Creates a sample of raw values. */
  public static Sample named(
      long index, NamedValues values, @Nullable SampleLabel label, SampleOrigin origin) {
    return new Sample(index, DType.FLOAT32, List.of(), EMPTY, label, values, origin);
  }

  public Sample withIndex(long other) {
    return other == index ? this : new Sample(other, dtype, shape, data, label, values, origin);
  }

  /** Returns a copy that says where it comes from. */
  public Sample from(SampleOrigin other) {
    return new Sample(index, dtype, shape, data, label, values, other);
  }
}
