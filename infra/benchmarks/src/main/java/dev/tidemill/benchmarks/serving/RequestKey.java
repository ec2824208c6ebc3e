package dev.tidemill.benchmarks.serving;

import java.nio.ByteBuffer;

/** A request's number as its record's key, which comes back with the answer: nothing is decoded. */
final class RequestKey {
  private RequestKey() {}

  static byte[] of(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /**
   * The number of an answer's request.
   *
   * @throws IllegalArgumentException if the key is none of ours
   */
  static long number(byte[] key) {
    if (key == null || key.length != Long.BYTES) {
      throw new IllegalArgumentException(
          "an answer's key has " + (key == null ? 0 : key.length) + " bytes, a request's 8");
    }
    return ByteBuffer.wrap(key).getLong();
  }
}
