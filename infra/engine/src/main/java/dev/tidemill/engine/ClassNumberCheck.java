package dev.tidemill.engine;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Whether every value is a whole number below a bound: a class, or a token.
 *
 * @param what one of them is called
 * @param all what all of them are called
 * @param bound the first number that is too large
 * @param perSample values of one sample
 */
record ClassNumberCheck(String what, String all, int bound, int perSample) {

  /**
   * The first bad value, by its sample and, of several, its place there; empty if there is none.
   */
  Optional<String> fault(TensorView tensor) {
    if (!tensor.isPlain()) {
      return Optional.of(
          all
              + " need to be without scale and offset, got scale "
              + tensor.scale()
              + ", offset "
              + tensor.offset());
    }
    return switch (tensor.type()) {
      case UINT8 -> bound > 255 ? Optional.empty() : search(tensor);
      case INT64 -> wide(tensor);
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

  /** A double does not hold every long. */
  private Optional<String> wide(TensorView tensor) {
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
        + (perSample == 1 ? "" : ", place " + at % perSample)
        + ": "
        + what
        + " "
        + value
        + (whole ? " is out of range, " + all + " are 0 to " + (bound - 1) : " is no whole number");
  }
}
