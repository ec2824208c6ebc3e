package dev.tidemill.contract;

import org.jspecify.annotations.Nullable;

/** The raw values of one sample, as a table, a stream or a request gives them. */
@FunctionalInterface
public interface RawSample {
  /**
   * Returns a value.
   *
   * @param feature the feature's number in the contract, from 0
   * @return a Number, a CharSequence or a Boolean; null if it is missing
   */
  @Nullable Object value(int feature);
}
