package dev.tidemill.producer.source.lines;

import static dev.tidemill.contract.UnusableValueException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidemill.schemas.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses nested JSON arrays of numbers; the nesting determines the shape. */
final class JsonNumbers {
  /** Integers up to this are exact in a double. */
  private static final double EXACT = 0x1p53;

  private static final int MAX_DEPTH = 8;

  private final List<Long> shape = new ArrayList<>();
  private double[] values = new double[64];

  /** The same numbers exactly, as far as they are whole and have 64 bits. */
  private long[] wholes = new long[64];

  private boolean allWhole = true;
  private int count;

  /**
   * Reads the value at the parser's current token.
   *
   * @return what is wrong with the value; null if it is valid
   */
  @Nullable String read(JsonParser json) throws IOException {
    if (json.currentToken() != null && json.currentToken().isNumeric()) {
      shape.add(1L);
      return number(json);
    }
    return json.currentToken() == JsonToken.START_ARRAY ? list(json, 0) : "not an array of numbers";
  }

  private @Nullable String list(JsonParser json, int depth) throws IOException {
    if (depth == MAX_DEPTH) {
      return "arrays are nested more than " + MAX_DEPTH + " deep";
    }
    boolean first = depth == shape.size();
    if (first && count > 0) {
      return "an array contains both numbers and arrays";
    }
    if (first) {
      shape.add(0L);
    }
    long length = 0;
    String fault = null;
    while (fault == null && json.nextToken() != JsonToken.END_ARRAY) {
      fault = element(json, depth);
      length++;
    }
    if (fault == null && first) {
      shape.set(depth, length);
    }
    boolean even = shape.get(depth) == length;
    return fault == null && !even ? "arrays have different lengths" : fault;
  }

  private @Nullable String element(JsonParser json, int depth) throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.START_ARRAY) {
      return list(json, depth + 1);
    }
    if (!token.isNumeric()) {
      return shown(json.getText()) + " is not a number";
    }
    return depth == shape.size() - 1 ? number(json) : "an array contains both numbers and arrays";
  }

  private @Nullable String number(JsonParser json) throws IOException {
    double value = json.getDoubleValue();
    if (!Float.isFinite((float) value)) {
      return shown(json.getText()) + " is too large for a 32-bit float";
    }
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
      wholes = Arrays.copyOf(wholes, 2 * count);
    }
    boolean exact = value == Math.rint(value) && Math.abs(value) <= EXACT;
    boolean isLong =
        json.getNumberType() == NumberType.INT || json.getNumberType() == NumberType.LONG;
    wholes[count] = isLong ? json.getLongValue() : (long) value;
    allWhole &= isLong || exact;
    values[count++] = value;
    return null;
  }

  int count() {
    return count;
  }

  List<Long> shape() {
    return List.copyOf(shape);
  }

  List<Float> asFloats() {
    return Arrays.stream(values, 0, count).mapToObj(value -> (float) value).toList();
  }

  /** Why these numbers do not fit a dtype; null if they do. */
  @Nullable String whyNot(DType dtype) {
    if (dtype == DType.INT64) {
      return allWhole ? null : "a number is not an INT64";
    }
    double low =
        switch (dtype) {
          case UINT8 -> 0;
          case INT32 -> Integer.MIN_VALUE;
          case INT64, FLOAT16, BFLOAT16, FLOAT32 -> Double.NEGATIVE_INFINITY;
        };
    double high =
        switch (dtype) {
          case UINT8 -> 255;
          case INT32 -> Integer.MAX_VALUE;
          case INT64, FLOAT16, BFLOAT16, FLOAT32 -> Double.POSITIVE_INFINITY;
        };
    boolean whole = high != Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      if (values[i] < low || values[i] > high || (whole && values[i] != Math.rint(values[i]))) {
        return values[i] + " is not a " + dtype;
      }
    }
    return null;
  }

  /** Encodes the numbers in little-endian order. */
  ByteBuffer bytes(DType dtype) {
    int elementBytes =
        switch (dtype) {
          case UINT8 -> 1;
          case FLOAT16, BFLOAT16 -> 2;
          case INT32, FLOAT32 -> 4;
          case INT64 -> 8;
        };
    ByteBuffer data = ByteBuffer.allocate(count * elementBytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      if (dtype == DType.INT64) {
        data.putLong(wholes[i]);
      } else {
        put(data, dtype, values[i]);
      }
    }
    return data.flip().asReadOnlyBuffer();
  }

  private static void put(ByteBuffer data, DType dtype, double value) {
    switch (dtype) {
      case UINT8 -> data.put((byte) value);
      case INT32 -> data.putInt((int) value);
      case FLOAT32 -> data.putFloat((float) value);
      case INT64, FLOAT16, BFLOAT16 ->
          throw new IllegalArgumentException("JSON samples are not written as " + dtype);
    }
  }
}
