package dev.tidemill.testbed.guarantee;

/**
 * A guarantee that does not hold.
 *
 * @param where the record that broke it: topic, partition and offset, with the sample, the request
 *     id or the version
 * @param text what is wrong, in one sentence
 */
public record Violation(Guarantee guarantee, Anomaly anomaly, String where, String text) {

  /** Returns for example {@code G5 lost write at requests-0@3 request 17: has no answer}. */
  @Override
  public String toString() {
    return guarantee + " " + anomaly + " at " + where + ": " + text;
  }
}
