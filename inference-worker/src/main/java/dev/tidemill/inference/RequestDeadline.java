package dev.tidemill.inference;

import dev.tidemill.schemas.RequestHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The deadline that a request's header names, on the caller's clock.
 *
 * @param epochMillis after this time, in milliseconds since 1970, an answer is of no use
 * @param fault why the header is unusable; null if it is usable
 */
record RequestDeadline(long epochMillis, @Nullable String fault) {
  /** A longer number may exceed a long. The year is then 31,690,708 at most. */
  private static final int MAX_DIGITS = 18;

  private static final int MAX_QUOTED_BYTES = 40;

  /** Returns the deadline of a header, or null if it is another header. */
  static @Nullable RequestDeadline of(Header header) {
    if (!header.key().equals(RequestHeaders.DEADLINE)) {
      return null;
    }
    byte[] digits = header.value();
    if (digits == null || digits.length == 0 || digits.length > MAX_DIGITS) {
      return unusable(digits);
    }
    long millis = 0;
    for (byte digit : digits) {
      if (digit < '0' || digit > '9') {
        return unusable(digits);
      }
      millis = 10 * millis + (digit - '0');
    }
    return new RequestDeadline(millis, null);
  }

  private static RequestDeadline unusable(byte @Nullable [] value) {
    String quoted =
        value == null
            ? "null"
            : "'"
                + new String(
                    value, 0, Math.min(value.length, MAX_QUOTED_BYTES), StandardCharsets.UTF_8)
                + (value.length > MAX_QUOTED_BYTES ? "…'" : "'");
    return new RequestDeadline(
        Long.MAX_VALUE,
        "the header %s must be milliseconds since 1970 in up to %d decimal digits, not %s"
            .formatted(RequestHeaders.DEADLINE, MAX_DIGITS, quoted));
  }

  /**
   * Returns whether the deadline has passed.
   *
   * @param nowMillis the time in milliseconds since 1970
   */
  boolean hasPassed(long nowMillis) {
    return nowMillis > epochMillis;
  }
}
