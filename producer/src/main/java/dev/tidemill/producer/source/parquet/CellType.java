package dev.tidemill.producer.source.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one type as the other table formats have them: a Long, a Double, a Boolean, or a
 * text. Dates and timestamps are days since 1970-01-01. Decimals that are not whole are texts,
 * which are exact.
 */
@FunctionalInterface
interface CellType {
  /**
   * Reads the current value.
   *
   * @throws IllegalArgumentException if it is not a valid value; the message says why
   */
  Object read(ColumnReader reader);

  /** Returns how a column's values are read; null if its type is not supported. */
  static @Nullable CellType of(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    if (meaning == null || meaning instanceof UnknownLogicalTypeAnnotation) {
      return plain(type.getPrimitiveTypeName());
    }
    if (meaning instanceof IntLogicalTypeAnnotation integer) {
      return integer.isSigned()
          ? plain(type.getPrimitiveTypeName())
          : unsigned(type.getPrimitiveTypeName());
    }
    if (meaning instanceof StringLogicalTypeAnnotation
        || meaning instanceof EnumLogicalTypeAnnotation) {
      return CellType::text;
    }
    if (meaning instanceof DateLogicalTypeAnnotation) {
      return reader -> (double) reader.getInteger();
    }
    if (meaning instanceof TimestampLogicalTypeAnnotation timestamp) {
      long perDay =
          switch (timestamp.getUnit()) {
            case MILLIS -> Days.MILLIS;
            case MICROS -> Days.MICROS;
            case NANOS -> Days.NANOS;
          };
      return reader -> Days.of(reader.getLong(), perDay);
    }
    return meaning instanceof DecimalLogicalTypeAnnotation decimal
        ? decimal(type.getPrimitiveTypeName(), decimal.getScale())
        : null;
  }

  private static @Nullable CellType plain(PrimitiveTypeName type) {
    return switch (type) {
      case BOOLEAN -> ColumnReader::getBoolean;
      case INT32 -> reader -> (long) reader.getInteger();
      case INT64 -> ColumnReader::getLong;
      case FLOAT -> reader -> shortest(reader.getFloat());
      case DOUBLE -> ColumnReader::getDouble;
      case INT96 -> reader -> Days.ofInt96(reader.getBinary().toByteBuffer());
      case BINARY, FIXED_LEN_BYTE_ARRAY -> null;
    };
  }

  /** The double of a float's shortest text, which a CSV file has of it and a request sends. */
  private static double shortest(float value) {
    return value == Math.rint(value) ? value : Double.parseDouble(Float.toString(value));
  }

  private static CellType unsigned(PrimitiveTypeName type) {
    return type == PrimitiveTypeName.INT32
        ? reader -> Integer.toUnsignedLong(reader.getInteger())
        : reader -> {
          long bits = reader.getLong();
          return bits >= 0 ? (Object) bits : Long.toUnsignedString(bits);
        };
  }

  private static CellType decimal(PrimitiveTypeName type, int scale) {
    return switch (type) {
      case INT32 -> reader -> number(BigDecimal.valueOf(reader.getInteger(), scale));
      case INT64 -> reader -> number(BigDecimal.valueOf(reader.getLong(), scale));
      default ->
          reader -> number(new BigDecimal(new BigInteger(reader.getBinary().getBytes()), scale));
    };
  }

  private static Object number(BigDecimal decimal) {
    try {
      return decimal.longValueExact();
    } catch (ArithmeticException e) {
      return decimal.stripTrailingZeros().toPlainString();
    }
  }

  private static Object text(ColumnReader reader) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(reader.getBinary().toByteBuffer())
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not UTF-8", e);
    }
  }

  /** Converts timestamps to days. */
  final class Days {
    private static final long MILLIS = 86_400_000L;
    private static final long MICROS = 1_000 * MILLIS;
    private static final long NANOS = 1_000 * MICROS;

    /** The Julian day number of 1970-01-01. */
    private static final int JULIAN_EPOCH = 2_440_588;

    private Days() {}

    private static double of(long time, long perDay) {
      return Math.floorDiv(time, perDay) + (double) Math.floorMod(time, perDay) / perDay;
    }

    /** The timestamps of older writers: nanoseconds of the day, then the Julian day. */
    private static double ofInt96(ByteBuffer bytes) {
      ByteBuffer number = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
      long nanos = number.getLong();
      return number.getInt() - JULIAN_EPOCH + (double) nanos / NANOS;
    }
  }
}
