package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Checks that every value is an integer from 0 to below a bound: a class or a token.
 *
 * @param what the singular for messages, e.g. {@code label}
 * @param all the plural for messages, e.g. {@code classes}
 * @param bound the number of classes or tokens
 * @param perSample the number of values per sample
 */
record ClassNumberCheck(String what, String all, int bound, int perSample) {

  /** Describes the first bad value, with its sample and position; empty if all are valid. */
  Optional<String> fault(TensorView tensor) {
    if (!tensor.isPlain()) {
      return Optional.of(
          all
              + " must have no scale and no offset, got scale "
              + tensor.scale()
              + ", offset "
              + tensor.offset());
    }
    return switch (tensor.type()) {
      case UINT8 -> bound > 255 ? Optional.empty() : search(tensor);
      case INT64 -> searchLongs(tensor);
      case INT32, FLOAT16, BFLOAT16, FLOAT32 -> search(tensor);
    };
  }

  private Optional<String> search(TensorView tensor) {
    int count = tensor.data().remaining() / tensor.type().bytes();
    for (int i = 0; i < count; i++) {
      double value = tensor.type().value(tensor.data(), i);
      if (!(value >= 0 && value < bound && value == Math.rint(value))) {
        boolean whole = value == Math.rint(value);
        return Optional.of(
            fault(i, whole ? Long.toString((long) value) : Double.toString(value), whole));
      }
    }
    return Optional.empty();
  }

  /** Compares longs, because a double cannot represent every long. */
  private Optional<String> searchLongs(TensorView tensor) {
    ByteBuffer data = tensor.data();
    for (int i = 0; i < data.remaining() / Long.BYTES; i++) {
      long value = data.getLong(i * Long.BYTES);
      if (value < 0 || value >= bound) {
        return Optional.of(fault(i, Long.toString(value), true));
      }
    }
    return Optional.empty();
  }

  private String fault(int at, String value, boolean whole) {
    return "sample "
        + at / perSample
        + (perSample == 1 ? "" : ", position " + at % perSample)
        + ": "
        + what
        + " "
        + value
        + (whole ? " is out of range; " + all + " are 0 to " + (bound - 1) : " is not an integer");
  }
}
